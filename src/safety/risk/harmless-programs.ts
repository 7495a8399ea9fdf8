/** Programs of everyday work that have no rules of their own: whatever their options, they build, test, look or print. */
export const HARMLESS_PROGRAMS: ReadonlySet<string> = new Set(
  `ls ll la l tree exa eza lsd pwd which whereis whence whoami id groups users who w last uname arch uptime free df du ncdu dust duf ps pstree top htop btop atop
  glances vmstat iostat mpstat sar lscpu lsblk lsmem lsof lsusb lspci lsmod dmesg sw_vers system_profiler nproc getconf locale tty stty tput clear reset cls
  seq expr bc dc factor sleep usleep true false test basename dirname realpath readlink pathchk mktemp cal ncal date uuidgen fortune cowsay figlet lolcat
  banner tr sync printf echo sum cksum crc32 b2sum numfmt shuf tsort nohup.out man info apropos whatis tldr cheat help pandoc asciidoctor
  tsc tsgo tsserver eslint oxlint prettier biome stylelint dprint rome standard xo jest vitest mocha ava tap tape jasmine karma cypress playwright wdio nightwatch
  testcafe c8 nyc vite webpack rollup esbuild parcel swc babel rolldown rspack rsbuild tsup unbuild ncc microbundle snowpack next nuxt nuxi astro gatsby
  remix svelte-kit svelte-check vue-cli-service vue-tsc ng nest expo react-native storybook sb start-storybook docusaurus vuepress vitepress eleventy hexo hugo jekyll zola
  tailwindcss postcss sass less lessc stylus serve http-server live-server browser-sync json-server depcheck knip madge depcruise dependency-cruiser
  ncu npm-check npm-check-updates license-checker publint attw size-limit bundlesize lighthouse lhci lint-staged husky commitlint changesets
  syncpack manypkg sort-package-json typedoc jsdoc tsd dts-bundle-generator api-extractor graphql-codegen openapi-generator openapi-typescript swagger-cli
  redocly spectral protoc buf grpcurl msgfmt gettext xgettext markdownlint markdownlint-cli2 remark textlint vale cspell codespell typos write-good alex
  tslint babel-node istanbul borp tap-spec tsc-alias docsify ts-mocha uglifyjs terser browserify corepack degit create-vite create-next-app create-react-app vue svelte plop hygen yo tsconfig esno concurrently-win kysely-codegen
  pytest py.test tox-env ruff black isort mypy pyright pylint flake8 bandit autopep8 yapf pydocstyle pycodestyle vulture coverage pre-commit cookiecutter
  sphinx-build sphinx-quickstart mkdocs jupyter jupyter-lab jupyter-notebook nbconvert virtualenv pip-compile pip-sync pip-audit safety pyinstaller
  uvicorn gunicorn hypercorn daphne waitress-serve celery streamlit gradio tensorboard wandb mlflow dvc ollama-list nbqa pyupgrade basedpyright ty pyrefly interrogate
  pdoc locust behave robot nosetests nose2 hypothesis pytest-watch ptw
  rustc rustfmt rustdoc rust-analyzer clippy-driver cargo-clippy rustup cross wasm-pack trunk bacon cargo-nextest sccache
  gofmt goimports golangci-lint staticcheck dlv gopls mockgen air gotestsum govulncheck revive errcheck templ
  javac java jar javadoc ktlint detekt kotlinc scalac mill scalafmt lein boot checkstyle spotbugs pmd google-java-format jps jstack jmap jcmd
  gcc g++ cc c++ clang clang++ clang-format clang-tidy cpp ld ar as nm objdump objcopy readelf ldd strip size addr2line c++filt cmake ctest cpack ninja meson scons autoconf
  automake autoreconf configure aclocal libtool pkg-config ccache distcc iwyu include-what-you-use cppcheck valgrind-report gcov lcov genhtml bear
  swiftc swiftlint swiftformat xcodebuild xcrun xcodegen tuist agvtool simctl instruments
  rubocop rspec minitest standardrb reek brakeman yard sorbet srb steep guard puma unicorn sidekiq foreman overmind hivemind honcho solargraph erb irb pry rake-test bin/rspec
  phpunit phpstan psalm php-cs-fixer phpcs phpcbf pest pint rector
  stack cabal ghcid hlint ormolu fourmolu elm elm-format elm-test purs spago gleam zig nim nimble crystal shards v d dub dmd ldc2 ocaml dune opam esy
  erlc rebar3 credo dialyzer formatter rscript-lint lintr forge cast anvil hardhat truffle solc slither
  shellcheck shfmt bats checkbashisms hadolint yamllint actionlint act jsonlint taplo tflint tfsec checkov trivy grype syft semgrep snyk gitleaks trufflehog
  dive kubeval kubeconform kube-linter conftest opa docker-slim container-structure-test terraform-docs infracost terrascan helm-docs pluto
  scc cloc tokei loc sloccount onefetch git-lfs-status lazygit tig gitui delta difft diffstat colordiff icdiff vimdiff meld
  fzf sk zoxide z autojump j broot ranger nnn lf vifm yazi hx helix kak micro subl idea webstorm pycharm goland cursor windsurf zed
  xsel xclip pbcopy pbpaste wl-copy wl-paste clip say notify-send terminal-notifier
  convert magick identify mogrify ffmpeg ffprobe sox exiftool optipng pngquant jpegoptim svgo cwebp gifsicle inkscape dot neato plantuml mmdc d2 gnuplot
  latex pdflatex xelatex lualatex latexmk bibtex biber tectonic typst pdftotext pdfinfo pdfunite qpdf gs
  curlie jo gron fx jless miller mlr csvkit csvcut csvgrep csvlook csvstat xsv qsv visidata vd dasel htmlq pup xmllint xsltproc tidy yamlfmt
  asciinema ttyd script-replay hexyl hyperfine-plot perf-report py-spy flamegraph samply k6 ab wrk hey vegeta autocannon artillery bombardier oha
  nix-build nix-env-list nix-instantiate nixfmt alejandra nixpkgs-fmt statix guix-build home-manager-build lefthook overcommit
  sha1 rev tac ts vidir yes-no nl pr getent logname lsb_release hostid pv progress ulid rename-dry ccusage sentry-cli-list codecov coveralls
  adb emulator fastboot-devices avdmanager sdkmanager-list gradle-profiler ideviceinfo xcpretty xcbeautify cocoapods
  dbt sqlfluff sqlfmt pgformatter sqlformat great_expectations airflow-list prefect-list dagster
  n ng-test dlx tsx-watch tsc-watch ts-prune ts-unused-exports unimported jscpd type-coverage wc tig cmp man-db
  ld.lld lld mold gold wasm-opt wasm2wat wat2wasm wasmtime wasmer emcc emmake emcmake
  export-template envsubst gomplate consul-template m4 jinja2 mustache ejs pug-cli handlebars
  clj clojure cljfmt clj-kondo prove perltidy perlcritic luacheck busted stylua selene luajit lychee linkcheck proselint statix deadnix treefmt
  editorconfig-checker ec typos-cli dotenv-linter kubectx-list swiftgen periphery sourcery tach import-linter lint-imports pyroma check-manifest
  djlint djhtml curlylint cfn-lint ansible-lint molecule-lint puppet-lint foodcritic cookstyle rubycritic fasterer erb_lint erblint haml-lint slim-lint
  phpmd phpcpd infection deptrac ktfmt spotless google-java-format-diff scalafix credo-diff sobelow dialyxir mix-format elvis xref
  cargo-deny cargo-audit cargo-machete cargo-tarpaulin cargo-llvm-cov wasm-bindgen gotest gocyclo ineffassign misspell nilaway
  stylelint-lsp oxlint-lsp ls-lint markdown-link-check remark-cli textidote api-linter vacuum schemathesis dredd prism newman
  createdb pg_isready ssh-agent mkcert watchman`.split(/\s+/),
);
