package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends to one host what its report says is missing. */
final class HostSetup {
    private static final Pattern VERSION = Pattern.compile("version \"([^\"]+)\"");

    private final RemoteExecutor host;
    private final HostReport report;
    private final String session;
    private final Map<String, Artifact> runtimes;
    private long bytesSent;

    HostSetup(RemoteExecutor host, HostReport report, String session, Map<String, Artifact> runtimes) {
        this.host = host;
        this.report = report;
        this.session = session;
        this.runtimes = runtimes;
    }

    InstalledAgent complete(Artifact agent) throws IOException {
        HostProfile profile = report.find("java").isPresent()
                ? profile(report.text("java"), report.text("javaVersion"))
                : sendRuntime();
        String jar = report.text("agentPlace") + "/agent.jar";
        if (!report.text("agent").equals("cached")) {
            host.upload(agent.content(), jar, 0600);
            bytesSent += agent.lengthBytes();
        }
        return new InstalledAgent(
                host,
                new Installation(profile, session, jar, report.find("archive"), report.find("classList"), bytesSent));
    }

    private HostProfile sendRuntime() throws IOException {
        Artifact runtime = runtimes.get(report.text("architecture"));
        boolean fits =
                report.text("system").equals("Linux") && !report.text("libc").equals("musl");
        if (runtime == null || !fits) {
            throw UnfitHost.withoutJava(host.host(), report, runtimes);
        }
        String home = report.text("runtimePlace") + "/runtime-" + runtime.sha256();
        RemoteCommand unpack = RemoteCommand.of("sh", "-c", AgentDelivery.script("unpack.sh"), "sh", home)
                .withStdin(runtime.content());
        RemoteResult result = host.run(unpack);
        if (!result.isSuccess()) {
            throw notUnpacked(result);
        }
        bytesSent += runtime.lengthBytes();
        Matcher version = VERSION.matcher(result.stdout().text());
        return profile(home + "/bin/java", version.find() ? version.group(1) : "unknown");
    }

    private RemoteCommandException notUnpacked(RemoteResult result) {
        String said = result.stderr().text().strip();
        return new RemoteCommandException(
                host.host(),
                result.exitCode(),
                said,
                "Cannot set up a Java runtime in " + report.text("runtimePlace") + " on " + host.host() + ": " + said
                        + "; a Java 17 or newer that is installed there is used instead",
                null);
    }

    private HostProfile profile(String java, String version) {
        return new HostProfile(report.text("architecture"), report.text("libc"), report.text("user"), java, version);
    }
}
