package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are bytes, whatever the locale that Java was started under makes of them. */
class ForeignLocaleTest {
    private Path directory;
    private Path source;

    @BeforeEach
    void makeOddNames(@TempDir Path temporary) throws IOException {
        directory = temporary;
        source = Files.createDirectory(directory.resolve("source"));
        PosixCalls posix = PosixCalls.ofPlatform();
        String[] names = {"%FF%FE", "caf%C3%A9", "caf%E9", "%F0%9F%9A%80", "a%0Ab", "%C3", "%01", "%7F", "%EF%BF%BD"};
        for (String name : names) {
            Path odd = Files.createDirectory(Workspaces.childOfBytes(source, name));
            Workspaces.write(Workspaces.childOfBytes(odd, name), name.getBytes(UTF_8));
            Path file = Workspaces.write(Workspaces.childOfBytes(odd, name + ".bin"), name.getBytes(UTF_8));
            Files.createLink(Workspaces.childOfBytes(source, name + ".linked"), file);
            RawPath target = RawPath.ofBytes(RawNames.bytes(file.getFileName()));
            posix.createSymlink(Workspaces.childOfBytes(odd, name + ".symlink"), target);
        }
    }

    private String create(ForkedJvm jvm) throws Exception {
        return jvm.run(ForkedService.class, "create", repository(), source.toString())
                .requireSuccess();
    }

    private void assertRestores(ForkedJvm jvm, String id) throws Exception {
        Path target = directory.resolve("target");
        // The second time, names are also compared with those that stand there.
        String fetched = jvm.run(
                        ForkedService.class, "restore", repository(), id, target.toString(), "--delete", "--twice")
                .requireSuccess();
        assertThat(fetched).isEqualTo("0");
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    private String repository() {
        return directory.resolve("repository").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void namesComeBackUnderOneLocale(String locale) throws Exception {
        ForkedJvm jvm = new ForkedJvm().locale(locale);
        assertRestores(jvm, create(jvm));
    }

    @ParameterizedTest
    @CsvSource({"C,C.UTF-8", "C.UTF-8,POSIX"})
    void namesComeBackUnderAnotherLocale(String first, String second) throws Exception {
        String id = create(new ForkedJvm().locale(first));
        assertRestores(new ForkedJvm().locale(second), id);
    }

    @Test
    void namesComeBackOnTheNewestJava() throws Exception {
        ForkedJvm newest = new ForkedJvm()
                .java(newestJava())
                .option("--enable-native-access=ALL-UNNAMED")
                .locale("C");
        String id = create(newest);
        assertRestores(newest, id);
        assertRestores(new ForkedJvm().locale("C.UTF-8"), id);
    }

    /** Java 25 or later, as Linux distributions install it. */
    private static Path newestJava() throws IOException {
        Path home = Path.of("/usr/lib/jvm");
        assumeTrue(Files.isDirectory(home), "no JDKs in /usr/lib/jvm");
        try (Stream<Path> installed = Files.list(home)) {
            Optional<Path> newest = installed
                    .map(jdk -> jdk.resolve("bin/java"))
                    .filter(java -> java.toString().matches(".*[^0-9.](2[5-9]|[3-9]\\d)[^0-9.].*"))
                    .filter(Files::isExecutable)
                    .max(Comparator.naturalOrder());
            assumeTrue(newest.isPresent(), "no Java 25 or later in /usr/lib/jvm");
            return newest.orElseThrow();
        }
    }

    @Test
    void namesComeBackWithoutNativeCallsUnderAPlainLocale() throws Exception {
        ForkedJvm jvm = new ForkedJvm().locale("C").option("-Dgpusnapshot.portable=true");
        String id = jvm.run(ForkedService.class, "create", repository(), source.toString())
                .requireSuccess()
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow();
        Path target = directory.resolve("target");
        jvm.run(ForkedService.class, "restore", repository(), id, target.toString())
                .requireSuccess();
        assertThat(TreeListing.of(target).keySet())
                .isEqualTo(TreeListing.of(source).keySet());
    }
}
