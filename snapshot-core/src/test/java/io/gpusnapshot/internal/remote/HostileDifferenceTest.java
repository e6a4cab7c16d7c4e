package io.gpusnapshot.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.testing.ManifestContent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that hands in chunks as differences to what is not there like that. */
class HostileDifferenceTest {
    @SuppressWarnings("NullAway.Init")
    private OrderedCreate create;

    @AfterEach
    void end() throws Exception {
        create.end();
    }

    /** A manifest of a chunk of the host's own and of the base to which it is the difference. */
    private byte[] differenceTo(StoredChunk base) throws IOException {
        StoredPack own = create.own;
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
        List<StoredPack> packs = base.packKey().equals(own.key()) ? List.of(own) : List.of(own, packOfTheParent());
        ManifestContent content = Crafted.of(create.ordered, packs, List.of(base, difference));
        ManifestHeader header = new ManifestHeader(
                create.ordered.repositoryId(),
                create.ordered.token(),
                Set.of(ManifestHeader.DELTA),
                content.header().summary());
        return new ManifestContent(header, packs, content.chunks(), content.entries()).toBytes();
    }

    private void refused(StoredChunk base) throws IOException {
        create.assertRefused(differenceTo(base), "DataIntegrityException");
    }

    private StoredPack packOfTheParent() {
        return create.parent.packs().get(0);
    }

    @Test
    void anHonestDifferenceIsCommitted() throws IOException {
        create = OrderedCreate.withDifferences();
        create.commit(differenceTo(create.parent.chunks().get(0)));
        assertThat(create.fixture.repository.header(RemoteJobFixture.ID).features())
                .containsExactly(ManifestHeader.DELTA);
    }

    @Test
    void differencesMustHaveBeenOrdered() throws IOException {
        create = OrderedCreate.plain();
        refused(create.parent.chunks().get(0));
    }

    @Test
    void basesMustBeWhereTheParentHasThem() throws IOException {
        create = OrderedCreate.withDifferences();
        refused(Crafted.chunk(1, packOfTheParent(), Crafted.CHUNK_BYTES));
    }

    @Test
    void basesMustHaveTheParentsDigests() throws IOException {
        create = OrderedCreate.withDifferences();
        refused(Crafted.chunk(9, packOfTheParent(), 0));
    }

    @Test
    void basesMustBeTheParents() throws IOException {
        create = OrderedCreate.withDifferences();
        refused(Crafted.chunk(8, create.own, 0));
    }

    @Test
    void basesOfTheParentMustNotBeStoredAnew() throws IOException {
        create = OrderedCreate.withDifferences();
        refused(Crafted.chunk(1, create.own, 0));
    }
}
