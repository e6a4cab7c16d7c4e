package io.gpusnapshot.remote.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.GpuFacts;
import io.gpusnapshot.model.HostFacts;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProbeTest {
    private static final String REPORT = """
            case "$*" in
            *query-gpu*) echo 'NVIDIA A100-SXM4-80GB, 81920, 550.54.15'; echo 'NVIDIA RTX, A6000, [N/A], 550.54.15' ;;
            *) echo '| NVIDIA-SMI 550.54.15   Driver Version: 550.54.15   CUDA Version: 12.4     |' ;;
            esac
            """;

    private final Path directory;

    HostProbeTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void thisMachineIsDescribed() throws IOException {
        try (RemoteExecutor executor = LocalProcessExecutor.in(directory)) {
            HostFacts facts =
                    HostProbe.ask(executor, directory.resolve("not/there/yet").toString());
            assertThat(facts.kernel()).isEqualTo(System.getProperty("os.version"));
            assertThat(facts.cores()).isPositive();
            assertThat(facts.memoryBytes()).isGreaterThanOrEqualTo(facts.memoryAvailableBytes());
            assertThat(facts.diskTotalBytes())
                    .isEqualTo(Files.getFileStore(directory).getTotalSpace() / 1024 * 1024);
            assertThat(facts.diskFreeBytes()).isPositive();
            assertThat(facts.labels()).containsKeys("os", "kernel", "architecture", "cores", "hostName");
        }
    }

    @Test
    void gpusAreDescribedByTheirDriver() throws IOException {
        HostFacts facts = askWithTool(REPORT);
        assertThat(facts.gpus())
                .containsExactly(
                        new GpuFacts("NVIDIA A100-SXM4-80GB", 81_920L << 20), new GpuFacts("NVIDIA RTX, A6000", 0));
        assertThat(facts.driverVersion()).contains("550.54.15");
        assertThat(facts.cudaVersion()).contains("12.4");
        assertThat(facts.labels())
                .containsEntry("gpus", "2")
                .containsEntry("gpu", "NVIDIA A100-SXM4-80GB")
                .containsEntry("driver", "550.54.15")
                .containsEntry("cuda", "12.4");
    }

    @Test
    void aDriverInTroubleMeansNoGpu() throws IOException {
        HostFacts facts =
                askWithTool("echo 'NVIDIA-SMI has failed because it could not communicate with the driver.'; exit 9");
        assertThat(facts.gpus()).isEmpty();
        assertThat(facts.driverVersion()).isEmpty();
        assertThat(facts.cores()).isPositive();
    }

    @Test
    void nonsenseIsUnknown() {
        HostFacts facts =
                HostReport.parse("noise\ncores=many\nmemoryKilobytes=9223372036854775807\nkernel=\ngpu=a,b\n=");
        assertThat(facts.cores()).isZero();
        assertThat(facts.memoryBytes()).isZero();
        assertThat(facts.kernel()).isEqualTo("unknown");
        assertThat(facts.gpus()).isEmpty();
    }

    @Test
    void aContainersLimitCounts() {
        assertThat(HostReport.parse("memoryKilobytes=1000\nmemoryLimitBytes=2048")
                        .memoryBytes())
                .isEqualTo(2048);
        assertThat(HostReport.parse("memoryKilobytes=1000\nmemoryLimitBytes=max")
                        .memoryBytes())
                .isEqualTo(1_024_000);
    }

    private HostFacts askWithTool(String script) throws IOException {
        Path tool = Files.writeString(directory.resolve("nvidia-smi"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        RemoteCommand command = HostProbe.command(directory.toString())
                .withEnvironment("PATH", directory + ":" + System.getenv("PATH"));
        try (RemoteExecutor executor = LocalProcessExecutor.in(directory)) {
            return HostReport.parse(executor.run(command).orThrow().stdout().text());
        }
    }
}
