package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateResources;
import io.gpusnapshot.internal.create.CreateWorkflow;
import io.gpusnapshot.internal.format.RepositoryLayout;
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
import io.gpusnapshot.internal.transfer.TransferLimits;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
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
        TransferLimits limits = new TransferLimits(1, terms.maxConnections(), terms.hedgePercent());
        try (HttpTransport http = PackStores.newTransport(terms.maxConnections())) {
            List<GrantedPackStore> stores = new ArrayList<>();
            for (int i = 0; i < terms.stores().size(); i++) {
                stores.add(open(terms, i, http, limits));
            }
            try {
                return run(order, stores);
            } finally {
                stores.forEach(GrantedPackStore::close);
            }
        }
    }

    private GrantedPackStore open(Terms terms, int store, HttpTransport http, TransferLimits limits) {
        AskingGrantIssuer issuer = new AskingGrantIssuer(orchestrator, terms, store, clock);
        ShortPacks shortPacks = new ShortPacks(orchestrator);
        return terms.stores().size() == 1
                ? new GrantedPackStore(issuer, shortPacks, http, limits, clock)
                : GrantedPackStore.replica(issuer, shortPacks, http, limits, clock);
    }

    private Message run(Order order, List<GrantedPackStore> stores) throws IOException {
        Terms terms = order.terms();
        int threads = terms.threads(Runtime.getRuntime().availableProcessors());
        if (order instanceof Order.Create create) {
            GrantedPackStore packs = stores.get(0);
            return create(create, packs, new CreateResources(threads, packs.maxWriters(), terms.memoryBytes()));
        }
        return restore((Order.Restore) order, stores, new RestoreResources(threads, terms.memoryBytes()));
    }

    private Message create(Order.Create order, GrantedPackStore packs, CreateResources resources) throws IOException {
        try (GrantedManifests manifests =
                new GrantedManifests(orchestrator, 0, packs, codecs, order.job().repositoryId())) {
            CreateWorkflow workflow =
                    new CreateWorkflow(manifests, new RemoteSink(orchestrator), packs, resources, clock);
            return Report.of(workflow.run(order.job(), progress));
        }
    }

    private Message restore(Order.Restore order, List<GrantedPackStore> stores, RestoreResources resources)
            throws IOException {
        List<GrantedManifests> manifests = new ArrayList<>();
        List<RestoreSource> sources = new ArrayList<>();
        for (int i = 0; i < stores.size(); i++) {
            GrantedManifests granted =
                    new GrantedManifests(orchestrator, i, stores.get(i), codecs, order.repositoryId());
            manifests.add(granted);
            stores.get(i).prepareReads(RepositoryLayout.manifest(order.job().snapshot()));
            sources.add(new RestoreSource(order.terms().stores().get(i).name(), granted, stores.get(i)));
        }
        try {
            return Report.of(new RestoreWorkflow(sources, resources).run(order.job(), progress));
        } finally {
            for (GrantedManifests granted : manifests) {
                granted.close();
            }
        }
    }
}
