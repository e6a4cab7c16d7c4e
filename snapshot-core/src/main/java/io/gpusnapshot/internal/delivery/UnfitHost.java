package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.error.RemoteAccessException;
import java.util.Map;

/** Why a host cannot run the agent, and what to do. */
final class UnfitHost {
    private UnfitHost() {}

    static RemoteAccessException withoutAgentToSend(String host) {
        return refusal(
                host,
                "the agent's jar is not on the class path: add the dependency io.gpusnapshot:snapshot-remote-ssh, as a"
                        + " jar (mvn package), since its classes alone do not hold the agent");
    }

    static RemoteAccessException withoutShell(String host, int exitCode, String said) {
        return refusal(
                host,
                "looking at it with the shell \"sh\" failed (exit " + exitCode + "): "
                        + (said.isEmpty() ? "it said nothing" : said));
    }

    static RemoteAccessException withoutPlace(String host, String lacking) {
        return refusal(
                host,
                "there is no place for its files in the cache ($XDG_CACHE_HOME or ~/.cache), /var/tmp, /tmp and"
                        + " /dev/shm:" + lacking
                        + " free some space, or make one of them writable and mounted without noexec");
    }

    static RemoteAccessException withoutJava(String host, HostReport report, Map<String, Artifact> runtimes) {
        String architecture = report.text("architecture");
        String found = report.find("rejectedJava")
                .map(rejected -> " (not usable:" + rejected + ")")
                .orElse("");
        return refusal(
                host,
                "there is no Java 17 or newer" + found + ": install one, for example the package"
                        + " openjdk-17-jre-headless, or " + remedy(report, architecture, runtimes));
    }

    private static String remedy(HostReport report, String architecture, Map<String, Artifact> runtimes) {
        if (!report.text("system").equals("Linux") || report.text("libc").equals("musl")) {
            return "use a host with Linux and glibc, to which a runtime can be sent; this one has "
                    + report.text("system") + " and " + report.text("libc");
        }
        String onClassPath = runtimes.isEmpty() ? "none" : String.join(", ", runtimes.keySet());
        return "add the dependency io.gpusnapshot:snapshot-agent-runtime with a runtime for " + architecture
                + " (on the class path: " + onClassPath + ")";
    }

    private static RemoteAccessException refusal(String host, String why) {
        return new RemoteAccessException(host, "Cannot run the agent on " + host + ": " + why, null);
    }
}
