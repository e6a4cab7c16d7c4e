package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateResources;
import io.gpusnapshot.internal.create.CreateWorkflow;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.internal.restore.RestoreResources;
import io.gpusnapshot.internal.restore.RestoreSource;
import io.gpusnapshot.internal.restore.RestoreWorkflow;
import io.gpusnapshot.internal.transfer.GrantedPackStore;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/** Carries out an order by the workflows that also run on the orchestrator's own machine. */
final class Job {
    private final Orchestrator orchestrator;
    private final CodecRegistry codecs;
    private final Clock clock;
    private final ProgressMeter progress;

    Job(Orchestrator orchestrator, CodecRegistry codecs, Clock clock, Consumer<Message> reports) {
        this.orchestrator = orchestrator;
        this.codecs = codecs;
        this.clock = clock;
        this.progress = new ProgressMeter(event -> reports.accept(Report.of(event)));
    }

    /** Returns the report of the success. */
    Message run(Order order) throws IOException {
        Terms terms = order.terms();
        AskingGrantIssuer issuer = new AskingGrantIssuer(orchestrator, terms, clock);
        try (HttpTransport http = PackStores.newTransport(terms.maxConnections());
                GrantedPackStore packs = new GrantedPackStore(
                        issuer, new ShortPacks(orchestrator), http, terms.maxConnections(), clock)) {
            int threads = terms.threads(Runtime.getRuntime().availableProcessors());
            if (order instanceof Order.Create create) {
                return create(create, packs, new CreateResources(threads, packs.maxWriters(), terms.memoryBytes()));
            }
            return restore((Order.Restore) order, packs, new RestoreResources(threads, terms.memoryBytes()));
        }
    }

    private Message create(Order.Create order, GrantedPackStore packs, CreateResources resources) throws IOException {
        try (GrantedManifests manifests =
                new GrantedManifests(orchestrator, packs, codecs, order.job().repositoryId())) {
            CreateWorkflow workflow =
                    new CreateWorkflow(manifests, new RemoteSink(orchestrator), packs, resources, clock);
            return Report.of(workflow.run(order.job(), progress));
        }
    }

    private Message restore(Order.Restore order, GrantedPackStore packs, RestoreResources resources)
            throws IOException {
        try (GrantedManifests manifests = new GrantedManifests(orchestrator, packs, codecs, order.repositoryId())) {
            RestoreSource source = new RestoreSource(order.terms().providerId(), manifests, packs);
            return Report.of(new RestoreWorkflow(List.of(source), resources).run(order.job(), progress));
        }
    }
}
