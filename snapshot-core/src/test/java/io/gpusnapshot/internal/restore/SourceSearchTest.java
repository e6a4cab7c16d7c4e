package io.gpusnapshot.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.transfer.PackStores;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSearchTest {
    @Test
    void amongReplicasTheManifestOutlivesTheStoreThatItIsFrom(@TempDir Path source) throws IOException {
        Clock clock = Clock.systemUTC();
        StorageProvider store = new MemoryStorageProvider(clock);
        Files.writeString(source.resolve("file"), "content");
        SnapshotId snapshot;
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            snapshot = service.createSnapshot(
                            CreateRequest.builder().workspace(source).build())
                    .id();
        }
        Repository repository = Repository.open(store, CodecRegistry.fromClassPath());
        Selection all = new Selection(PathRules.parse(List.of()), PathRules.parse(List.of()));
        try (PackStores packs = new PackStores(store, 1, new TransferLimits(1, 1, 1), clock);
                PackStores.Session session = packs.open()) {
            RestoreSource one = RestoreSource.of(repository, session.store());
            try (SourceSearch.Found found = new SourceSearch(snapshot, new ProgressMeter(event -> {}))
                    .search(
                            List.of(one, one),
                            manifest -> Survey.take(
                                    manifest,
                                    all,
                                    repository.codecs(),
                                    new TargetNeeds(Optional.empty(), false, "x")))) {
                store.delete(List.of(RepositoryLayout.manifest(snapshot)));

                try (ManifestReader again = found.manifest().open()) {
                    again.requireWhole();
                    assertThat(again.sha256()).isEqualTo(found.survey().sha256());
                }
                assertThat(found.packs()).hasSize(2);
            }
        }
    }
}
