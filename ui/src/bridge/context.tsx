import { createContext, type ReactNode, useContext } from "react";
import type { Bridge } from "./ipc";

const Seat = createContext<Bridge | null>(null);

/** Gives rooms their calls; the window passes the real ones, a test passes its own. */
export function BridgeProvider({ bridge, children }: { bridge: Bridge; children: ReactNode }) {
  return <Seat value={bridge}>{children}</Seat>;
}

export function useBridge(): Bridge {
  const bridge = useContext(Seat);
  if (!bridge) throw new Error("useBridge outside BridgeProvider");
  return bridge;
}
