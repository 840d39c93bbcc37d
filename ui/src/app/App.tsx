import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { BridgeProvider } from "../bridge/context";
import type { Bridge } from "../bridge/ipc";
import { Frame } from "./Frame";
import { type Language, Locale } from "./locale";
import { styleNonce } from "./nonce";
import { theme } from "./theme";

/** Everything around the rooms: theme, language, queries, and the calls into the shell. */
export function App({ bridge, language }: { bridge: Bridge; language?: Language }) {
  const [client] = useState(newClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Locale {...(language ? { start: language } : {})}>
        <QueryClientProvider client={client}>
          <BridgeProvider bridge={bridge}>
            <Frame />
          </BridgeProvider>
        </QueryClientProvider>
      </Locale>
    </MantineProvider>
  );
}

export function newClient(): QueryClient {
  // Everything is local: nothing to retry, nothing changes behind the window's back but by its own calls.
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
