package io.gpusnapshot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path PROJECT = Path.of("..");

    @Test
    void theReadmeShowsTheBodyOfTheEmbeddedExample() throws IOException {
        assertThat(firstJavaBlock(PROJECT.resolve("README.md")))
                .isEqualTo(bodyOf(
                        "static void run(", Path.of("src/main/java/io/gpusnapshot/examples/EmbeddedExample.java")));
    }

    @Test
    void thePageAboutS3ShowsPartsOfItsExample() throws IOException {
        String example = stripped(Files.readAllLines(Path.of("src/main/java/io/gpusnapshot/examples/S3Example.java")));

        assertThat(javaBlocks(PROJECT.resolve("docs/storage-s3.md")))
                .hasSize(2)
                .allSatisfy(block -> assertThat(example).contains(stripped(block)));
    }

    @Test
    void theContinuousIntegrationRunsTheTestCommandOfTheReadme() throws IOException {
        String command = "mvn -B verify";

        assertThat(PROJECT.resolve("README.md")).content().contains("```sh\n" + command + "\n```");
        assertThat(PROJECT.resolve(".ci/run")).content().endsWith("\n" + command + "\n");
    }

    private static String firstJavaBlock(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .dropWhile(line -> !line.equals("```java"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .collect(Collectors.joining("\n"));
    }

    private static List<List<String>> javaBlocks(Path document) throws IOException {
        List<List<String>> blocks = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(document)) {
            if (line.equals("```java")) {
                blocks.add(new ArrayList<>());
                inside = true;
            } else if (line.equals("```")) {
                inside = false;
            } else if (inside) {
                blocks.get(blocks.size() - 1).add(line);
            }
        }
        return blocks;
    }

    private static String stripped(List<String> lines) {
        return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
    }

    /** The lines between the head of a method and its closing brace, without their indentation. */
    private static String bodyOf(String head, Path source) throws IOException {
        List<String> body = Files.readAllLines(source).stream()
                .dropWhile(line -> !line.strip().startsWith(head))
                .skip(1)
                .takeWhile(line -> !line.equals("    }"))
                .toList();
        return String.join("\n", body).stripIndent();
    }
}
