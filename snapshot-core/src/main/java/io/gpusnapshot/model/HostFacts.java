package io.gpusnapshot.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What kind of machine a host is. Texts that could not be found out are {@code unknown}, numbers are 0.
 *
 * @param hostName its own name for itself
 * @param operatingSystem for example {@code Ubuntu 22.04.4 LTS}
 * @param kernel release of its kernel
 * @param architecture for example {@code x86_64}
 * @param cores processors that a program there may use
 * @param memoryBytes memory that a program there may use, be it all of the machine's or what a container is allowed
 * @param memoryAvailableBytes how much of it is free or can be freed
 * @param diskTotalBytes size of the file system asked about
 * @param diskFreeBytes what an ordinary user may still write there
 * @param gpus its GPUs, in the driver's order
 * @param driverVersion version of the GPU driver, if there is one
 * @param cudaVersion highest version of CUDA that the driver supports, if there is one
 */
public record HostFacts(
        String hostName,
        String operatingSystem,
        String kernel,
        String architecture,
        int cores,
        long memoryBytes,
        long memoryAvailableBytes,
        long diskTotalBytes,
        long diskFreeBytes,
        List<GpuFacts> gpus,
        Optional<String> driverVersion,
        Optional<String> cudaVersion) {
    public HostFacts {
        gpus = List.copyOf(gpus);
    }

    /** The facts that a snapshot records of the machine it was taken on, as texts. */
    public Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        labels.put("os", operatingSystem);
        labels.put("kernel", kernel);
        labels.put("architecture", architecture);
        labels.put("cores", Integer.toString(cores));
        labels.put("hostName", hostName);
        labels.put("memoryBytes", Long.toString(memoryBytes));
        if (!gpus.isEmpty()) {
            labels.put("gpus", Integer.toString(gpus.size()));
            labels.put("gpu", gpus.get(0).name());
        }
        driverVersion.ifPresent(version -> labels.put("driver", version));
        cudaVersion.ifPresent(version -> labels.put("cuda", version));
        return labels;
    }
}
