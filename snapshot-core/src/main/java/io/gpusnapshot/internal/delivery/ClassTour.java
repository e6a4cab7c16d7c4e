package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.internal.http.ApacheHttpTransport;
import io.gpusnapshot.internal.posix.PosixCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Loads the classes that an agent needs and ends. Run once on a host, it tells the JVM what to put into the archive from
 * which later agents start faster. What cannot be loaded is left out.
 */
public final class ClassTour {
    private static final String OURS = "io/gpusnapshot/";
    private static final String CLASS = ".class";

    private ClassTour() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        loadOurs(Path.of(System.getProperty("java.class.path")));
        PosixCalls.ofPlatform();
        ServiceLoader.load(Codec.class).stream().forEach(codec -> codec.type());
        new ApacheHttpTransport(1, Duration.ofSeconds(1)).close();
        greet();
    }

    private static void loadOurs(Path jar) throws IOException {
        List<String> names;
        try (JarFile file = new JarFile(jar.toFile())) {
            names = file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith(OURS) && name.endsWith(CLASS))
                    .toList();
        }
        for (String name : names) {
            load(name.substring(0, name.length() - CLASS.length()).replace('/', '.'));
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, ClassTour.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError needsWhatIsNotThere) {
            // The agent does without.
        }
    }

    /** The first message of a TLS handshake, which takes much of the library. */
    private static void greet() throws IOException, GeneralSecurityException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }
}
