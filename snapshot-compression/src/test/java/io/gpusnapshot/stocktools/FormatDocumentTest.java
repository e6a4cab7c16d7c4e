package io.gpusnapshot.stocktools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/format.md} print what it says that they print. */
class FormatDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/format.md");

    private final Path folder;

    FormatDocumentTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void everyExampleIsTrueOfTheGoldenRepository() throws IOException, InterruptedException, URISyntaxException {
        StockTools.require("sh", "lz4", "jq", "dd", "sha256sum", "xxd", "sed");
        StringBuilder script = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        int commands = collect(script, expected);

        File output = folder.resolve("output").toFile();
        URI golden = Objects.requireNonNull(getClass().getResource("/golden/v1/repository"))
                .toURI();
        Process process = new ProcessBuilder("sh", "-c", script.toString())
                .directory(new File(golden))
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor();

        assertThat(commands).isGreaterThan(10);
        assertThat(output).hasContent(expected.toString());
    }

    /** Takes the commands, and what follows each of them, out of all console blocks. */
    private int collect(StringBuilder script, StringBuilder expected) throws IOException {
        boolean inBlock = false;
        int commands = 0;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("```")) {
                inBlock = line.equals("```console");
            } else if (inBlock && line.startsWith("$ ")) {
                String command = line.substring(2);
                script.append("echo == ").append(++commands).append('\n');
                script.append(command.replace("/tmp/", folder + "/")).append('\n');
                expected.append("== ").append(commands).append('\n');
            } else if (inBlock) {
                expected.append(line).append('\n');
            }
        }
        return commands;
    }
}
