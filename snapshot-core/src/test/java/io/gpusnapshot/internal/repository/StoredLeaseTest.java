package io.gpusnapshot.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.format.LeaseRecord;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FakeClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases as others have left them in the store. */
class StoredLeaseTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-22222222");

    private final FakeClock clock = new FakeClock(NOW);
    private final StorageProvider store = new MemoryStorageProvider(clock);
    private Repository repository;

    @BeforeEach
    void open() throws IOException {
        repository = Repository.openOrCreate(store, CodecRegistry.of(List.of()), "abc234");
    }

    private void put(String text) throws IOException {
        StorageProviders.putBytes(store, RepositoryLayout.lease(ID), text.getBytes(UTF_8), PutOptions.REPLACE);
    }

    private void putRenewedAt(Instant time) throws IOException {
        put(new String(new LeaseRecord(ID, Optional.empty(), Set.of(), time).encode(), UTF_8));
    }

    @Test
    void aLeaseLivesForHalfAnHour() throws IOException {
        putRenewedAt(NOW.minus(Lease.LIFETIME));
        repository.deleteAbandonedLeases(clock);
        assertThat(repository.liveLeases(clock)).hasSize(1);
        putRenewedAt(NOW.minus(Lease.LIFETIME).minusNanos(1));
        assertThat(repository.liveLeases(clock)).isEmpty();
        repository.deleteAbandonedLeases(clock);
        assertThat(store.stat(RepositoryLayout.lease(ID))).isEmpty();
    }

    @Test
    void leasesFromTheEndsOfTimeAreJudgedLikeOthers() throws IOException {
        putRenewedAt(Instant.MAX);
        assertThat(repository.liveLeases(clock)).hasSize(1);
        putRenewedAt(Instant.MIN);
        assertThat(repository.liveLeases(clock)).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeReadIsAnErrorRatherThanNoLease() throws IOException {
        put("{\"snapshot\":\"" + ID + "\"");
        assertThatThrownBy(() -> repository.liveLeases(clock))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContainingAll(RepositoryLayout.lease(ID), "delete this object", "24 hours");
    }

    @Test
    void aLeaseThatCannotBeReadIsIgnoredOnceNobodyHasRenewedItForADay() throws IOException {
        put("no lease");
        clock.advance(Duration.ofHours(24));
        assertThatThrownBy(() -> repository.liveLeases(clock)).isInstanceOf(DataIntegrityException.class);
        clock.advance(Duration.ofNanos(1));
        assertThat(repository.liveLeases(clock)).isEmpty();
        repository.deleteAbandonedLeases(clock);
        assertThat(store.stat(RepositoryLayout.lease(ID))).isEmpty();
    }

    @Test
    void objectsThatAreNoLeasesAreLeftAlone() throws IOException {
        StorageProviders.putBytes(store, "leases/README.txt", "hello".getBytes(UTF_8), PutOptions.REPLACE);
        repository.deleteAbandonedLeases(clock);
        assertThat(repository.liveLeases(clock)).isEmpty();
        assertThat(store.stat("leases/README.txt")).isPresent();
    }
}
