package io.gpusnapshot.remote.host;

import io.gpusnapshot.model.GpuFacts;
import io.gpusnapshot.model.HostFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What {@code host-probe.sh} printed. Nothing in it is believed to be there, or to be a number. */
final class HostReport {
    private static final String UNKNOWN = "unknown";
    private static final int MAX_TEXT = 200;
    private static final Pattern UNFIT = Pattern.compile("\\P{Print}");
    private static final long KILOBYTE = 1024;
    private static final long MEGABYTE = 1024 * KILOBYTE;

    private final Map<String, String> values = new HashMap<>();
    private final List<GpuFacts> gpus = new ArrayList<>();
    private Optional<String> driverVersion = Optional.empty();

    private HostReport() {}

    static HostFacts parse(String text) {
        HostReport report = new HostReport();
        text.lines().forEach(report::take);
        return report.toFacts();
    }

    private void take(String line) {
        int end = line.indexOf('=');
        if (end < 0) {
            return;
        }
        String name = line.substring(0, end);
        String value = fit(line.substring(end + 1).strip());
        if (name.equals("gpu")) {
            takeGpu(value);
        } else if (!value.isEmpty()) {
            values.put(name, value);
        }
    }

    /** What a host says of itself is shown to people, on terminals too. */
    private static String fit(String value) {
        String printable = UNFIT.matcher(value).replaceAll("?");
        return printable.substring(0, Math.min(printable.length(), MAX_TEXT));
    }

    /** A model, its memory in MiB, the driver's version. A driver in trouble prints a sentence instead. */
    private void takeGpu(String value) {
        String[] fields = value.split(",", -1);
        if (fields.length < 3) {
            return;
        }
        int last = fields.length - 1;
        String name = String.join(",", List.of(fields).subList(0, last - 1)).strip();
        gpus.add(new GpuFacts(name, number(fields[last - 1], MEGABYTE)));
        driverVersion = Optional.of(fields[last].strip());
    }

    private HostFacts toFacts() {
        long memory = named("memoryKilobytes", KILOBYTE);
        long limit = named("memoryLimitBytes", 1);
        long available = named("memoryAvailableKilobytes", KILOBYTE);
        long usable = limit > 0 && limit < memory ? limit : memory;
        return new HostFacts(
                text("hostName"),
                text("operatingSystem"),
                text("kernel"),
                text("architecture"),
                (int) Math.min(Integer.MAX_VALUE, named("cores", 1)),
                usable,
                Math.min(available, usable),
                named("diskTotalKilobytes", KILOBYTE),
                named("diskFreeKilobytes", KILOBYTE),
                gpus,
                driverVersion,
                Optional.ofNullable(values.get("cudaVersion")));
    }

    private String text(String name) {
        return values.getOrDefault(name, UNKNOWN);
    }

    private long named(String name, long unit) {
        return number(values.getOrDefault(name, "0"), unit);
    }

    private static long number(String text, long unit) {
        try {
            return Math.max(0, Math.multiplyExact(Long.parseLong(text.strip()), unit));
        } catch (NumberFormatException | ArithmeticException notSaid) {
            return 0;
        }
    }
}
