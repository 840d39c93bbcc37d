import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const CasesIcon = () => (
  <Icon>
    <path d="M8 4h8l4 4v12H4V4h4z" />
    <path d="M8 12h8M8 16h5" />
  </Icon>
);
export const RubricIcon = () => (
  <Icon>
    <path d="M4 6h2M4 12h2M4 18h2M10 6h10M10 12h10M10 18h10" />
  </Icon>
);
export const RateIcon = () => (
  <Icon>
    <rect x="4" y="4" width="16" height="16" rx="3" />
    <path d="M8.5 12.5l2.5 2.5 4.5-5.5" />
  </Icon>
);
export const AgreeIcon = () => (
  <Icon>
    <circle cx="9" cy="12" r="5" />
    <circle cx="15" cy="12" r="5" />
  </Icon>
);
export const TrainIcon = () => (
  <Icon>
    <path d="M4 19h16M5 15c3 0 3-8 7-8s3 5 7 5" />
  </Icon>
);
export const JudgeIcon = () => (
  <Icon>
    <path d="M12 4v16M7 20h10M5 8h14M5 8l-2.5 6h5zM19 8l-2.5 6h5z" />
  </Icon>
);
export const ReportIcon = () => (
  <Icon>
    <path d="M5 20V10M12 20V4M19 20v-7" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M20 14a8 8 0 0 1-10-10 8 8 0 1 0 10 10z" />
  </Icon>
);
export const DoorIcon = () => (
  <Icon>
    <path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9" />
  </Icon>
);
export const FolderIcon = () => (
  <Icon>
    <path d="M3 6h6l2 3h10v10H3z" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const WarnIcon = () => (
  <Icon>
    <path d="M12 4l9 16H3zM12 10v4M12 17v.2" />
  </Icon>
);
export const ImportIcon = () => (
  <Icon>
    <path d="M12 4v11M7 11l5 5 5-5M4 20h16" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6" />
    <path d="M20 20l-4.5-4.5" />
  </Icon>
);
export const ShareIcon = () => (
  <Icon>
    <path d="M12 15V4M8 8l4-4 4 4" />
    <path d="M5 13v6h14v-6" />
  </Icon>
);
export const GavelIcon = () => (
  <Icon>
    <path d="M8 9l5-5 6 6-5 5zM11 12l-7 7M12 20h8" />
  </Icon>
);
export const PreferIcon = () => (
  <Icon>
    <rect x="3.5" y="5" width="7" height="14" rx="1.5" />
    <rect x="13.5" y="5" width="7" height="14" rx="1.5" />
    <path d="M5.8 12l1.2 1.3 2-2.6" />
  </Icon>
);
export const WriteIcon = () => (
  <Icon>
    <path d="M4 20h4L19 9l-4-4L4 16z" />
    <path d="M13 7l4 4M13 20h7" />
  </Icon>
);
export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8" r="3.2" />
    <path d="M3 19c.6-3.4 2.8-5.2 6-5.2s5.4 1.8 6 5.2M16 5.2a3.2 3.2 0 0 1 0 5.8M18 14.3c1.7.8 2.7 2.4 3 4.700" />
  </Icon>
);
export const KeyIcon = () => (
  <Icon>
    <circle cx="8" cy="15" r="4" />
    <path d="M11 12l8-8M16 7l3 3" />
  </Icon>
);
export const TextSizeIcon = () => (
  <Icon>
    <path d="M3 19l5.5-13L14 19M5 14.5h7M15 19l3-7 3 7M16 17h4" />
  </Icon>
);
