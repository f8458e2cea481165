/** The peers as they are installed. A new version is a new measurement. */
export const PYTHON_PEERS = { redun: "0.44.1", snakemake: "9.27.1" } as const;

export const NPM_PEERS = {
  "@dbos-inc/dbos-sdk": "5.3.0",
  "@restatedev/restate-server": "1.7.12",
  "@restatedev/restate-sdk": "1.17.2",
  "@restatedev/restate-sdk-clients": "1.17.2",
} as const;
