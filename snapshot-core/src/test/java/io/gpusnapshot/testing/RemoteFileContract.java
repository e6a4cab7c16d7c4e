package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.storage.ContentSources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads and downloads; a part of {@link RemoteExecutorContract}. */
public abstract class RemoteFileContract extends RemoteProcessContract {
    RemoteFileContract() {}

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_768, 2_500_000})
    void filesComeBackAsTheyWere(int length) throws IOException {
        byte[] bytes = TestContents.random(length, length);
        Path file = directory().resolve("file");
        executor().upload(ContentSources.of(bytes), file.toString(), 0644);
        assertThat(file).hasBinaryContent(bytes);
        assertThat(download(file.toString())).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0600, rw-------", "0755, rwxr-xr-x", "0444, r--r--r--", "0777, rwxrwxrwx"})
    void modesAreSetWhateverTheMask(String octal, String symbolic) throws IOException {
        Path file = directory().resolve("file");
        executor().upload(ContentSources.of(new byte[3]), file.toString(), Integer.parseInt(octal, 8));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(symbolic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with blank", "-rf", "it's $HOME\n", "dot.", "%s\\n"})
    void namesMayBeAnything(String name) throws IOException {
        Path file = directory().resolve(name);
        executor().upload(ContentSources.of(name.getBytes(UTF_8)), file.toString(), 0600);
        assertThat(file).hasContent(name);
        assertThat(download(file.toString())).isEqualTo(name.getBytes(UTF_8));
    }

    @Test
    void relativePathsStartAtHome() throws IOException {
        Path file = Files.createTempFile(home(), "-relative", "");
        try {
            executor()
                    .upload(
                            ContentSources.of(new byte[] {1, 2}),
                            file.getFileName().toString(),
                            0600);
            assertThat(file).hasBinaryContent(new byte[] {1, 2});
            assertThat(download(file.getFileName().toString())).containsExactly(1, 2);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void filesAreReplacedWholly() throws IOException {
        Path file = directory().resolve("file");
        executor().upload(ContentSources.of(new byte[100_000]), file.toString(), 0600);
        executor().upload(ContentSources.of(new byte[] {7}), file.toString(), 0640);
        assertThat(file).hasBinaryContent(new byte[] {7});
        assertThat(directory()).isDirectoryNotContaining("glob:.*");
    }

    @Test
    void brokenContentLeavesEverythingAsItWas() throws IOException {
        IOException failure = new IOException("the disk is gone");
        Path file = directory().resolve("file");
        executor().upload(ContentSources.of(new byte[] {7}), file.toString(), 0600);
        assertThat(Secrets.failureOf(() -> executor()
                        .upload(TestContents.failingAt(500_000, new byte[1_000_000], failure), file.toString(), 0600)))
                .isSameAs(failure);
        assertThat(file).hasBinaryContent(new byte[] {7});
    }

    @Test
    void contentOfAnotherLengthThanItClaimsIsRefused() throws IOException {
        Path file = directory().resolve("file");
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> executor().upload(TestContents.claiming(10, new byte[9]), file.toString(), 0600))
                .withMessageContaining("not all bytes arrived");
        assertThat(directory()).isEmptyDirectory();
    }

    @Test
    void whatCannotBeWrittenOrReadIsNamed() throws IOException {
        Path absent = directory().resolve("absent/file");
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> executor().upload(ContentSources.of(new byte[3_000_000]), absent.toString(), 0600))
                .withMessageContainingAll("Cannot write " + absent, executor().host());
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> download(absent.toString()))
                .withMessageContainingAll("Cannot read " + absent, "No such file");
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> executor()
                        .upload(ContentSources.of(new byte[3]), directory().toString(), 0600))
                .withMessageContaining("is a directory");
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> download(directory().toString()));
        assertThat(directory()).isEmptyDirectory();
    }

    @Test
    void whatCannotBeAFileIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor().upload(ContentSources.of(new byte[0]), "", 0600));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor().upload(ContentSources.of(new byte[0]), "a/", 0600));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor().upload(ContentSources.of(new byte[0]), "a", 04755));
    }

    @Test
    void anUploadReplacesALinkAndNotWhatItPointsTo() throws IOException {
        Path file = Files.writeString(directory().resolve("file"), "old");
        Path link = Files.createSymbolicLink(directory().resolve("link"), file);
        executor().upload(ContentSources.of("new".getBytes(UTF_8)), link.toString(), 0600);
        assertThat(file).hasContent("old");
        assertThat(link).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    private byte[] download(String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long count = executor().download(path, Channels.newChannel(bytes));
        assertThat(count).isEqualTo(bytes.size());
        return bytes.toByteArray();
    }
}
