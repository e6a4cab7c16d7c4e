package io.gpusnapshot.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.delivery.AgentDelivery;
import io.gpusnapshot.internal.delivery.InstalledAgent;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's jar as it lies in this module's. */
class AgentJarIT {
    private static final long MAX_BYTES = 8 << 20;

    @TempDir
    private Path folder = Path.of("");

    private Path path = Path.of("");
    private List<String> entries = List.of();

    @BeforeEach
    void extract() throws IOException {
        path = folder.resolve("agent.jar");
        Enumeration<URL> found = AgentJarIT.class.getClassLoader().getResources("META-INF/gpu-snapshot/agent.jar");
        try (InputStream stream = found.nextElement().openStream()) {
            Files.copy(stream, path);
        }
        try (JarFile jar = new JarFile(path.toFile())) {
            entries = jar.stream().map(JarEntry::getName).toList();
        }
    }

    @AfterEach
    void nothingOfTheSessionIsLeft() {
        assertThat(folder.resolve("cache/gpu-snapshot"))
                .satisfiesAnyOf(
                        cache -> assertThat(cache).doesNotExist(),
                        cache -> assertThat(cache).isDirectoryNotContaining("glob:**/session-*"));
    }

    @Test
    void itIsSmall() {
        assertThat(path.toFile().length()).isLessThan(MAX_BYTES);
    }

    @Test
    void itHasNeitherSshNorVendorsLibraries() {
        assertThat(entries)
                .isNotEmpty()
                .noneMatch(name -> name.contains("sshj") || name.contains("bouncycastle"))
                .noneMatch(name -> name.startsWith("io/gpusnapshot/remote/ssh/") && name.endsWith(".class"))
                .noneMatch(name -> name.startsWith("com/backblaze/") || name.startsWith("software/amazon/"));
    }

    @Test
    void itHasNativeLibrariesForTheArchitecturesOfHostsAlone() {
        assertThat(entries)
                .filteredOn(name -> name.matches(".*\\.(so|dll|dylib|jnilib|a)"))
                .hasSize(6)
                .allMatch(name -> name.matches(".*linux.(x86-64|amd64|aarch64)/.*"));
    }

    @Test
    void itFindsAllCodecs() throws IOException {
        try (JarFile jar = new JarFile(path.toFile());
                InputStream codecs = jar.getInputStream(jar.getEntry("META-INF/services/io.gpusnapshot.codec.Codec"))) {
            assertThat(new String(codecs.readAllBytes(), UTF_8)).contains("Lz4Codec", "ZstdCodec", "FloatsCodec");
        }
    }

    @Test
    void itStartsOnAHostWithJava() throws IOException {
        try (RemoteExecutor host = new PreparedHost(
                        LocalProcessExecutor.in(folder), List.of("env", "XDG_CACHE_HOME=" + folder.resolve("cache")));
                InstalledAgent agent = AgentDelivery.fromClassPath().install(host)) {
            assertThat(agent.bytesSent()).isEqualTo(path.toFile().length());
            assertThat(StartedAgent.greeting(host, agent.command(List.of()))).contains("hello");
        }
    }
}
