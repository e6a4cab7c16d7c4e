package io.gpusnapshot.internal.create;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a snapshot records of the machine it was taken on. */
public final class HostFacts {
    /** Name of the fact that says what the machine calls itself. */
    public static final String HOST_NAME = "hostName";

    private HostFacts() {}

    public static Map<String, String> ofThisMachine() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("os", System.getProperty("os.name", "unknown"));
        facts.put("kernel", System.getProperty("os.version", "unknown"));
        facts.put("architecture", System.getProperty("os.arch", "unknown"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(HOST_NAME, hostName());
        return facts;
    }

    /** Asks the kernel rather than a resolver, which may be slow or missing. */
    private static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.US_ASCII)
                    .strip();
            return name.isEmpty() ? "host" : name;
        } catch (IOException notLinux) {
            return "host";
        }
    }
}
