package io.gpusnapshot.model;

import java.util.List;

/**
 * What a job on a host had to do with that host, beside the data.
 *
 * @param host the host, as {@code user@host:port}
 * @param facts what kind of machine it is
 * @param tuning what could be done for its network while the job ran
 * @param hooks commands that were run before and after the job, in the order in which they ended
 * @param controlBytes bytes of messages between orchestrator and host, both ways; the data took another way
 */
public record HostReport(String host, HostFacts facts, TuningReport tuning, List<HookReport> hooks, long controlBytes) {
    public HostReport {
        hooks = List.copyOf(hooks);
    }

    /** A copy that tells of commands. */
    public HostReport withHooks(List<HookReport> reports) {
        return new HostReport(host, facts, tuning, reports, controlBytes);
    }
}
