package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.model.HookReport;
import io.gpusnapshot.model.HostReport;
import io.gpusnapshot.model.TuningSetting;
import io.gpusnapshot.model.TuningSetting.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** What is told of the host of a job. */
final class HostText {
    private HostText() {}

    static void write(JsonGenerator json, Optional<HostReport> host) throws IOException {
        if (host.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("host");
        json.writeStringField("name", host.get().host());
        json.writeNumberField("controlBytes", host.get().controlBytes());
        json.writeObjectFieldStart("facts");
        for (Map.Entry<String, String> fact : host.get().facts().labels().entrySet()) {
            json.writeStringField(fact.getKey(), fact.getValue());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("tuning");
        for (TuningSetting setting : host.get().tuning().settings()) {
            json.writeStringField(setting.name(), word(setting.outcome()));
        }
        json.writeEndObject();
        json.writeArrayFieldStart("hooks");
        for (HookReport hook : host.get().hooks()) {
            json.writeStartObject();
            json.writeStringField("command", hook.command());
            json.writeNumberField("exitCode", hook.exitCode());
            Json.seconds(json, hook.duration());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case APPLIED -> "applied";
            case ALREADY_SO -> "already";
            case DENIED -> "denied";
        };
    }

    static void print(PrintStream out, Optional<HostReport> host) {
        if (host.isEmpty()) {
            return;
        }
        HostReport report = host.get();
        out.println(
                "  host    " + report.host() + ", " + Text.count(report.facts().cores(), "core", "cores")
                        + (report.facts().gpus().isEmpty()
                                ? ""
                                : ", " + report.facts().gpus().get(0).name()) + "; "
                        + Text.size(report.controlBytes()) + " of control messages");
        out.println("  network " + report.tuning().count(Outcome.APPLIED) + " settings applied, "
                + report.tuning().count(Outcome.ALREADY_SO) + " as wanted already, "
                + report.tuning().count(Outcome.DENIED) + " denied");
    }
}
