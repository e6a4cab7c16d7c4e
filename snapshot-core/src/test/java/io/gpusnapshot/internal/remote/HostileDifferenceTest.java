package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.LinePeer;
import io.gpusnapshot.testing.ManifestContent;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that hands in chunks as differences to what is not there like that. */
class HostileDifferenceTest {
    private static final int PACK_BYTES = 500;

    @SuppressWarnings("NullAway.Init")
    private RemoteJobFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private LinePeer host;

    @SuppressWarnings("NullAway.Init")
    private BackgroundCall job;

    @SuppressWarnings("NullAway.Init")
    private CreateJob ordered;

    @SuppressWarnings("NullAway.Init")
    private ManifestContent parent;

    @SuppressWarnings("NullAway.Init")
    private StoredPack own;

    @BeforeEach
    void open() throws IOException {
        fixture = new RemoteJobFixture();
        host = fixture.host.peer();
        parent = Crafted.parent(fixture);
        fixture.put(RemoteJobFixture.PARENT, parent);
    }

    @AfterEach
    void close() throws Exception {
        fixture.host.exit(1, "");
        assertThat(job.failure()).isNotNull();
        fixture.assertTidy();
        fixture.close();
    }

    private void order() throws IOException {
        ordered = fixture.createJob(Optional.of(RemoteJobFixture.PARENT));
        job = fixture.create(ordered.parent());
        String key = Crafted.pack(RemoteJobFixture.ID, 0, PACK_BYTES).key();
        String content = Base64.getEncoder().encodeToString(new byte[PACK_BYTES]);
        Map<String, Object> receipt = host.ask(message("storePack", "key", key, "content", content));
        own = new StoredPack(key, PACK_BYTES, Optional.ofNullable((String) receipt.get("version")));
    }

    /** A manifest of a chunk of the host's own and of the base to which it is the difference. */
    private byte[] differenceTo(StoredChunk base) throws IOException {
        StoredChunk plain = Crafted.chunk(7, own, Crafted.CHUNK_BYTES);
        StoredChunk difference = new StoredChunk(
                plain.id(),
                own.key(),
                plain.offset(),
                plain.storedBytes(),
                plain.rawBytes(),
                "deflate",
                plain.crc32c(),
                Optional.of(base.id()));
        List<StoredPack> packs = base.packKey().equals(own.key())
                ? List.of(own)
                : List.of(own, parent.packs().get(0));
        ManifestContent content = Crafted.of(ordered, packs, List.of(base, difference));
        ManifestHeader header = new ManifestHeader(
                ordered.repositoryId(),
                ordered.token(),
                Set.of(ManifestHeader.DELTA),
                content.header().summary());
        return new ManifestContent(header, packs, content.chunks(), content.entries()).toBytes();
    }

    private Map<String, Object> commit(byte[] manifest) throws IOException {
        host.say(message("manifest", "content", Base64.getEncoder().encodeToString(manifest)));
        return message("commit", "lengthBytes", manifest.length);
    }

    private void refused(StoredChunk base) throws IOException {
        assertThat(host.askInVain(commit(differenceTo(base)))).containsEntry("kind", "DataIntegrityException");
        assertThat(fixture.repository.snapshots()).doesNotContain(RemoteJobFixture.ID);
    }

    @Test
    void anHonestDifferenceIsCommitted() throws IOException {
        fixture.withDifferences();
        order();
        host.ask(commit(differenceTo(parent.chunks().get(0))));
        assertThat(fixture.repository.header(RemoteJobFixture.ID).features()).containsExactly(ManifestHeader.DELTA);
    }

    @Test
    void differencesMustHaveBeenOrdered() throws IOException {
        order();
        refused(parent.chunks().get(0));
    }

    @Test
    void basesMustBeWhereTheParentHasThem() throws IOException {
        fixture.withDifferences();
        order();
        refused(Crafted.chunk(1, parent.packs().get(0), Crafted.CHUNK_BYTES));
    }

    @Test
    void basesMustHaveTheParentsDigests() throws IOException {
        fixture.withDifferences();
        order();
        refused(Crafted.chunk(9, parent.packs().get(0), 0));
    }

    @Test
    void basesMustBeTheParents() throws IOException {
        fixture.withDifferences();
        order();
        refused(Crafted.chunk(8, own, 0));
    }

    @Test
    void basesOfTheParentMustNotBeStoredAnew() throws IOException {
        fixture.withDifferences();
        order();
        refused(Crafted.chunk(1, own, 0));
    }
}
