package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newer version has written is refused with the remedy. */
class NewerFormatTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);
    private String id = "";

    @BeforeEach
    void makeSnapshot() throws IOException {
        folder = CliFolder.withWorkspace(home);
        id = folder.create();
    }

    @Test
    void aNewerRepositoryIsRefusedByEveryCommand() throws IOException {
        Path descriptor = folder.repository().resolve("repository.json");
        String newer = Files.readString(descriptor).replace("\"version\":1", "\"version\":2");
        Files.writeString(descriptor, newer);

        CliRun[] runs = {
            folder.json("create", "--workspace", folder.workspace().toString()),
            folder.restore(id, "out"),
            folder.json("list"),
            folder.json("prune", "--keep-last", "1")
        };

        for (CliRun run : runs) {
            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.error()).containsEntry("type", "UnsupportedFormatException");
            assertThat(run.err()).contains("version 2").contains("use a newer one");
        }
        assertThat(descriptor).hasContent(newer);
        assertThat(folder.path("out")).doesNotExist();
        assertThat(folder.packs()).hasSize(1);
    }

    @Test
    void aNewerManifestIsRefusedAndListedAsUnreadable() throws IOException {
        rewriteManifest("\"version\":1,", "\"version\":7,");

        CliRun restore = folder.restore(id, "out");
        CliRun list = folder.json("list");

        assertThat(restore.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(restore.error()).containsEntry("type", "UnsupportedFormatException");
        assertThat(restore.err()).contains(id).contains("version 7").contains("use a newer version");
        assertThat(folder.path("out")).doesNotExist();
        assertThat(list.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(list.objects("unreadable")).hasSize(1);
    }

    @Test
    void anUnknownCriticalFeatureIsNamed() throws IOException {
        rewriteManifest("\"critical\":[]", "\"critical\":[\"holograms\"]");

        assertThat(folder.restore(id, "out").err()).contains("holograms");
    }

    private void rewriteManifest(String from, String to) throws IOException {
        Path manifest = folder.repository().resolve("snapshots/" + id + ".manifest");
        Codec codec = CodecRegistry.fromClassPath().find("lz4").orElseThrow();
        String text;
        try (InputStream decoded = codec.decoder(Files.newInputStream(manifest))) {
            text = new String(decoded.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(text).contains(from);
        try (OutputStream encoded = codec.encoder(Files.newOutputStream(manifest))) {
            encoded.write(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
        }
    }
}
