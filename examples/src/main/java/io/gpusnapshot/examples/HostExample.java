package io.gpusnapshot.examples;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.FleetReport;
import io.gpusnapshot.FleetRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.HostHook;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Takes the workspace of one rented host, whose trainer is stopped meanwhile, to others. */
public final class HostExample {
    private HostExample() {}

    /**
     * Takes a private key, a list of known hosts, the host to read, and the hosts to restore on; the store comes from the
     * environment.
     */
    public static void main(String[] arguments) throws IOException {
        Path keyFile = Path.of(arguments[0]);
        Path knownHosts = Path.of(arguments[1]);
        List<SshTarget> others = List.of(arguments).subList(3, arguments.length).stream()
                .map(name -> SshTarget.parse(name).withIdentity(keyFile).withKnownHosts(knownHosts))
                .toList();
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.fromEnvironment())
                .build()) {
            SshTarget host = SshTarget.parse(arguments[2]).withIdentity(keyFile).withKnownHosts(knownHosts);
            run(service, host, others, System.out);
        }
    }

    static void run(GPUSnapshotService service, SshTarget host, List<SshTarget> others, PrintStream out)
            throws IOException {
        SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                .target(host)
                .workspace("/workspace")
                .before(HostHook.required("supervisorctl", "stop", "trainer"))
                .after(HostHook.required("supervisorctl", "start", "trainer"))
                .build());
        out.println("created " + snapshot.id() + " on " + host);

        FleetReport fleet =
                service.restoreFleet(FleetRequest.of(RestoreRequest.of(snapshot.id(), "/workspace"), others));
        for (FleetReport.HostResult result : fleet.hosts()) {
            out.println(result.target() + (result instanceof FleetReport.Restored ? " has it" : " failed"));
        }
    }
}
