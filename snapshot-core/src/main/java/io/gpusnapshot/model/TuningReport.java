package io.gpusnapshot.model;

import io.gpusnapshot.model.TuningSetting.Outcome;
import java.util.List;

/**
 * What could be done for a host's network.
 *
 * @param settings all that were tried
 */
public record TuningReport(List<TuningSetting> settings) {
    public TuningReport {
        settings = List.copyOf(settings);
    }

    /** How many settings ended so. */
    public long count(Outcome outcome) {
        return settings.stream().filter(setting -> setting.outcome() == outcome).count();
    }
}
