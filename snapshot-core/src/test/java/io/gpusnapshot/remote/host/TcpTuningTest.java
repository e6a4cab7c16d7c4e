package io.gpusnapshot.remote.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.model.TuningReport;
import io.gpusnapshot.model.TuningSetting;
import io.gpusnapshot.model.TuningSetting.Outcome;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Network settings of a namespace that root makes for the test, and what others may do. */
class TcpTuningTest {
    private static final Map<String, String> BEFORE = Map.of(
            "tcp_congestion_control", "reno",
            "tcp_rmem", "4096 131072 6291456",
            "tcp_wmem", "4096 16384 4194304",
            "tcp_slow_start_after_idle", "1",
            "tcp_window_scaling", "1");

    private static final Map<String, String> TUNED = Map.of(
            "tcp_congestion_control", "bbr",
            "tcp_rmem", "4096 131072 134217728",
            "tcp_wmem", "4096 16384 134217728",
            "tcp_slow_start_after_idle", "0",
            "tcp_window_scaling", "1");

    @Nested
    class InANetworkOfItsOwn {
        private final String namespace = "gpusnapshot" + System.nanoTime() % 1_000_000;
        private final RemoteExecutor executor = WrappedExecutor.inNetwork(namespace);

        @BeforeEach
        void makeNetwork() throws IOException {
            assumeTrue(isRoot() && has("ip"), "needs root and ip (package iproute2)");
            assumeTrue(locally("ip", "netns", "add", namespace), "needs root that may make network namespaces");
            for (Map.Entry<String, String> setting : BEFORE.entrySet()) {
                set(setting.getKey(), setting.getValue());
            }
            assumeTrue(settings().equals(BEFORE), "needs the usual network settings to be writable");
            assumeTrue(accepts("tcp_congestion_control", "bbr", "reno"), "needs a kernel with bbr");
        }

        @AfterEach
        void removeNetwork() throws IOException {
            String state = "/run/gpusnapshot-tcp-$(readlink /proc/self/ns/net | tr -cd 0-9)";
            var unused = executor.run(RemoteCommand.of("sh", "-c", "rm -rf " + state));
            executor.close();
            locally("ip", "netns", "del", namespace);
        }

        @Test
        void settingsAreChangedAndChangedBack() throws IOException {
            TcpTuning tuning = TcpTuning.apply(executor);
            assertThat(settings()).isEqualTo(TUNED);
            assertThat(outcome(tuning, "net.ipv4.tcp_congestion_control")).isEqualTo(Outcome.APPLIED);
            assertThat(outcome(tuning, "net.ipv4.tcp_rmem")).isEqualTo(Outcome.APPLIED);
            assertThat(outcome(tuning, "net.ipv4.tcp_window_scaling")).isEqualTo(Outcome.ALREADY_SO);
            assertThat(setting(tuning, "net.ipv4.tcp_wmem").before()).isEqualTo("4096 16384 4194304");
            tuning.close();
            tuning.close();
            assertThat(settings()).isEqualTo(BEFORE);
        }

        @Test
        void largerBuffersAreLeftAsTheyAre() throws IOException {
            set("tcp_rmem", "4096 131072 268435456");
            try (TcpTuning tuning = TcpTuning.apply(executor)) {
                assertThat(outcome(tuning, "net.ipv4.tcp_rmem")).isEqualTo(Outcome.ALREADY_SO);
            }
            assertThat(settings()).containsEntry("tcp_rmem", "4096 131072 268435456");
        }

        @Test
        void theLastOfSeveralJobsChangesBack() throws IOException {
            TcpTuning first = TcpTuning.apply(executor);
            TcpTuning second = TcpTuning.apply(executor);
            assertThat(second.report().count(Outcome.APPLIED)).isZero();
            first.close();
            assertThat(settings()).isEqualTo(TUNED);
            TcpTuning third = TcpTuning.apply(executor);
            second.close();
            assertThat(settings()).isEqualTo(TUNED);
            third.close();
            assertThat(settings()).isEqualTo(BEFORE);
        }

        @Test
        void aKilledJobIsMadeGoodByTheNext() throws IOException {
            try (RemoteExecutor doomed = WrappedExecutor.inNetwork(namespace)) {
                TcpTuning killed = TcpTuning.apply(doomed);
                assertThat(killed.report().count(Outcome.APPLIED)).isPositive();
            }
            assertThat(settings()).isEqualTo(TUNED);
            TcpTuning.apply(executor).close();
            assertThat(settings()).isEqualTo(BEFORE);
        }

        @Test
        void whatSomebodyElseChangedMeanwhileIsLeft() throws IOException {
            TcpTuning tuning = TcpTuning.apply(executor);
            set("tcp_wmem", "4096 16384 99999999");
            tuning.close();
            Map<String, String> expected = new TreeMap<>(BEFORE);
            expected.put("tcp_wmem", "4096 16384 99999999");
            assertThat(settings()).isEqualTo(expected);
        }

        @Test
        void closingIsDoneEvenWhenInterrupted() throws IOException {
            TcpTuning tuning = TcpTuning.apply(executor);
            Thread.currentThread().interrupt();
            tuning.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(settings()).isEqualTo(BEFORE);
        }

        private boolean accepts(String name, String value, String old) throws IOException {
            set(name, value);
            boolean accepted = value.equals(settings().get(name));
            set(name, old);
            return accepted;
        }

        private void set(String name, String value) throws IOException {
            var unused = executor.run(RemoteCommand.of("sh", "-c", "echo \"$1\" > /proc/sys/net/ipv4/$0", name, value));
        }

        private Map<String, String> settings() throws IOException {
            Map<String, String> values = new TreeMap<>();
            for (String name : BEFORE.keySet()) {
                String text = executor.run(RemoteCommand.of("cat", "/proc/sys/net/ipv4/" + name))
                        .orThrow()
                        .stdout()
                        .text();
                values.put(name, text.strip().replace('\t', ' '));
            }
            return values;
        }
    }

    @Test
    void ordinaryUsersAreDeniedWithoutFailure() throws IOException {
        assumeTrue(!isRoot() || has("setpriv"), "needs setpriv (package util-linux)");
        try (RemoteExecutor executor = isRoot() ? WrappedExecutor.asNobody() : LocalProcessExecutor.inHome();
                TcpTuning tuning = TcpTuning.apply(executor)) {
            TuningReport report = tuning.report();
            assertThat(report.count(Outcome.APPLIED)).isZero();
            assertThat(report.settings()).hasSize(7);
            assertThat(setting(tuning, "net.ipv4.tcp_rmem").before()).matches("\\d+ \\d+ \\d+");
        }
    }

    @Test
    void hostsThatDoNotAnswerAreNoFailure() throws IOException {
        RemoteExecutor executor = LocalProcessExecutor.inHome();
        executor.close();
        try (TcpTuning tuning = TcpTuning.apply(executor)) {
            assertThat(tuning.report().count(Outcome.DENIED)).isEqualTo(7);
        }
    }

    @Test
    void interruptsCancel() {
        try (RemoteExecutor executor = LocalProcessExecutor.inHome()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> TcpTuning.apply(executor).close());
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static TuningSetting setting(TcpTuning tuning, String name) throws IOException {
        return tuning.report().settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Outcome outcome(TcpTuning tuning, String name) throws IOException {
        return setting(tuning, name).outcome();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static boolean has(String program) {
        return Files.isExecutable(Path.of("/usr/bin", program)) || Files.isExecutable(Path.of("/usr/sbin", program));
    }

    private static boolean locally(String... words) throws IOException {
        try (RemoteExecutor local = LocalProcessExecutor.inHome()) {
            return local.run(RemoteCommand.of(List.of(words))).isSuccess();
        }
    }
}
