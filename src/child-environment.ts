/** What a child needs to find its programs, its files, its language, its way out to the network and the user's keys. Everything else may be a secret. */
const FOR_CHILDREN = [
  /^(?:PATH|HOME|SHELL|USER|LOGNAME|LANG|TERM|TZ|TMPDIR|TMUX_TMPDIR)$/,
  /^(?:LC|SSH|XDG)_/,
  /^(?:(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy)$/,
  // What azlin, and the Azure CLI below it, are found and told their accounts by.
  /^(?:AZLIN_PATH|AZURE_CONFIG_DIR)$/,
  /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/,
  // The pace of the demo's agent, and the mark by which a test run finds what it has left behind.
  /^(?:FLEET_DEMO_LINGER_MS|FLEET_TEST_RUN)$/,
];

/** What ssh, git, tmux and the agents of this machine are given of the bot's own environment. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && FOR_CHILDREN.some((each) => each.test(name)) ? [[name, value]] : [],
    ),
  );
}
