package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the real process shows: locales, the environment, users, the terminal. */
class MainJarIT {
    /** Makes a file for every byte that a name can hold, and links and directories of such names. */
    private static final String MAKE_ODD_NAMES = """
            set -e
            mkdir "$1" && cd "$1"
            for i in $(seq 1 255); do
              [ $i = 47 ] || echo $i > "n$(printf "\\\\$(printf %03o $i)")x"
            done
            printf x > "$(printf 'line\\nbreak')"
            mkdir -p "$(printf '\\377dir')/$(printf '\\303\\251')"
            echo deep > "$(printf '\\377dir')/$(printf '\\303\\251')/f"
            ln -s "$(printf '\\376nowhere')" "$(printf '\\375link')"
            """;

    private static final String DESCRIBE = "cd \"$1\" && find . \\( -type d -printf '%P %y %m %T@\\n' \\)"
            + " -o -printf '%P %y %m %T@ %s %l\\n' | LC_ALL=C sort | od -c";

    @TempDir
    private Path home = Path.of("");

    private String store = "";

    @BeforeEach
    void nameStore() {
        store = home.toUri() + "repository";
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void namesOfArbitraryBytesRoundTripUnderEveryLocale(String locale) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("LC_ALL", locale);
        Path workspace = home.resolve("workspace");
        bash(MAKE_ODD_NAMES, workspace);
        String target = home.toUri() + "odd%FFtarget";

        CliRun create = jar(environment, "create", "--json", "--store", store, "--workspace", workspace.toString());
        CliRun restore =
                jar(environment, "restore", "--json", "--store", store, "--snapshot", "latest", "--workspace", target);

        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.DONE);
        assertThat(create.number("files")).isEqualTo(256);
        assertThat(restore.exitCode()).as(restore.err()).isEqualTo(ExitCodes.DONE);
        Path plain = home.resolve("plain");
        bash("mv \"$1\"/odd* \"$1\"/plain", home);
        assertThat(bash("diff -r --no-dereference \"$1\" \"$1/../plain\"", workspace))
                .isEmpty();
        assertThat(bash(DESCRIBE, plain)).isNotEmpty().isEqualTo(bash(DESCRIBE, workspace));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void aPathThatTheLocaleHasGarbledIsRefusedWithTheRemedy(String locale) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "\"$@\" --workspace \"$PWD\"/$'d\\xff'", "bash"));
        command.addAll(JarProcess.command("create", "--store", store));

        CliRun run = JarProcess.run(home, Map.of("LC_ALL", locale), command);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--workspace", "write the path as file:///");
        assertThat(home.resolve("repository")).doesNotExist();
    }

    @Test
    void theStoreComesFromTheEnvironmentWhenItIsNotNamed() throws IOException, InterruptedException {
        Path workspace = CliFolder.withWorkspace(home).workspace();
        Path repository = home.resolve("repository");
        Map<String, String> environment = Map.of("STORAGE_PROVIDER", "file", "STORAGE_PATH", repository.toString());

        CliRun create = jar(environment, "create", "--workspace", workspace.toString());
        CliRun nothing = jar(Map.of(), "list");

        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.DONE);
        assertThat(repository.resolve("repository.json")).exists();
        assertThat(nothing.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(nothing.err()).contains("STORAGE_BUCKET is not set").hasLineCount(1);
    }

    @Test
    void whatAnOrdinaryUserMayNotReadIsSkippedWithAWarning() throws IOException, InterruptedException {
        Path workspace = sharedWorkspace();
        Files.setPosixFilePermissions(workspace.resolve("notes.txt"), PosixFilePermissions.fromString("---------"));

        CliRun create = ordinaryUser("create", "--json", "--store", store, "--workspace", workspace.toString());
        CliRun strict = ordinaryUser(
                "create", "--json", "--fail-on-skipped", "--store", store, "--workspace", workspace.toString());

        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.WARNED);
        assertThat(create.number("filesSkipped")).isEqualTo(1);
        assertThat(create.objects("warnings"))
                .singleElement()
                .satisfies(warning -> assertThat(warning).containsEntry("path", "notes.txt"));
        assertThat(strict.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(strict.err()).contains("notes.txt");
    }

    @Test
    void aWorkspaceThatAnOrdinaryUserMayNotReadOrWriteFails() throws IOException, InterruptedException {
        Path workspace = sharedWorkspace();
        ordinaryUser("create", "--store", store, "--workspace", workspace.toString());
        Path locked = Files.createDirectory(home.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));

        CliRun create = ordinaryUser("create", "--json", "--store", store, "--workspace", locked.toString());
        CliRun restore = ordinaryUser(
                "restore", "--json", "--store", store, "--snapshot", "latest", "--workspace", locked.toString());

        for (CliRun run : List.of(create, restore)) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.error()).containsEntry("type", "WorkspaceException");
            assertThat(run.err()).contains(locked.toString()).hasLineCount(1);
        }
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        assertThat(locked).isEmptyDirectory();
    }

    @Test
    void aProgressBarIsShownOnATerminalOnly() throws IOException, InterruptedException {
        assumeThat(Path.of("/usr/bin/script"))
                .as("the program that lends a terminal")
                .exists();
        Path workspace = CliFolder.withWorkspace(home).workspace();
        String create =
                String.join(" ", JarProcess.command("create", "--store", store, "--workspace", workspace.toString()));

        CliRun onTerminal =
                JarProcess.run(home, Map.of("TERM", "xterm"), List.of("/usr/bin/script", "-qec", create, "/dev/null"));
        CliRun quiet = JarProcess.run(
                home, Map.of("TERM", "xterm"), List.of("/usr/bin/script", "-qec", create + " --quiet", "/dev/null"));
        CliRun redirected = JarProcess.run(home, "create", "--store", store, "--workspace", workspace.toString());

        assertThat(onTerminal.out()).contains("MiB/s", "\r", "Created ");
        assertThat(quiet.out()).doesNotContain("MiB/s");
        assertThat(redirected.err()).isEmpty();
        assertThat(redirected.out()).doesNotContain("\r");
    }

    @Test
    void theJarIsCompleteAndSaysWhatItIs() throws IOException, InterruptedException {
        try (JarFile jar = new JarFile(JarProcess.jar().toFile())) {
            Attributes attributes = jar.getManifest().getMainAttributes();
            assertThat(attributes.getValue("Main-Class")).isEqualTo(Main.class.getName());
            assertThat(attributes.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
        }
        CliRun version = JarProcess.run(home, "--version");
        CliRun help = JarProcess.run(home, "restore", "--help");
        CliRun quickstart = JarProcess.run(home, "quickstart", "--size", "1M");

        assertThat(version.out()).matches("gpu-snapshot \\d.*\\R");
        assertThat(help.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(help.out()).contains("--delete-extraneous", "--verify-restore");
        assertThat(quickstart.exitCode()).as(quickstart.err()).isEqualTo(ExitCodes.DONE);
        assertThat(quickstart.err()).isEmpty();
    }

    @Test
    void tooLittleMemoryIsSaidInOneLineWithTheRemedy() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(JarProcess.command("quickstart", "--size", "32M", "--json"));
        command.add(1, "-XX:MaxDirectMemorySize=4m");

        CliRun run = JarProcess.run(home, Map.of(), command);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "OutOfMemoryError");
        assertThat(run.err()).contains("lower --memory").hasLineCount(1);
    }

    @Test
    void standardOutputThatCannotBeWrittenIsAFailure() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "\"$@\" > /dev/full", "bash"));
        command.addAll(JarProcess.command("--help"));

        CliRun run = JarProcess.run(home, Map.of(), command);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("Standard output cannot be written");
    }

    private CliRun jar(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return JarProcess.run(home, environment, JarProcess.command(arguments));
    }

    private String bash(String script, Path argument) throws IOException, InterruptedException {
        CliRun run =
                JarProcess.run(home, Map.of("LC_ALL", "C"), List.of("bash", "-c", script, "bash", argument.toString()));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run.out();
    }

    /** A workspace that others may read, in a folder that they may write. */
    private Path sharedWorkspace() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        return CliFolder.withWorkspace(home).workspace();
    }

    private CliRun ordinaryUser(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            assumeThat(Path.of("/usr/bin/setpriv"))
                    .as("the program that makes root an ordinary user")
                    .exists();
            command.addAll(List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(JarProcess.command(arguments));
        return JarProcess.run(home, Map.of("HOME", home.toString()), command);
    }
}
