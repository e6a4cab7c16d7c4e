package io.gpusnapshot.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.testing.ManifestContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests whose digest is right, but which no honest writer makes. */
class HostileManifestTest {
    private static final String FILE = ",\"type\":\"file\",\"size\":100,\"extents\":[]";
    private static final String SYMLINK = ",\"type\":\"symlink\",\"target\":\"/etc\"";
    private static final String DIRECTORY = ",\"type\":\"directory\"";

    @Test
    void theHandMadeManifestIsReadWhenNothingIsWrong() throws IOException {
        ManifestContent content =
                ManifestContent.read(new ManifestText().file("a").file("b").toBytes());
        assertThat(content.entries())
                .extracting(entry -> entry.path().toString())
                .containsExactly("", "a", "b");
    }

    @Test
    void tablesThatWouldFillTheMemoryAreRefused() throws IOException {
        byte[] lines = new ManifestText()
                .chunk(String.join("\n", Collections.nCopies(5000, ManifestText.CHUNK)))
                .toBytes();

        assertThatThrownBy(() -> new ManifestReader(new ByteArrayInputStream(lines), "x.manifest", 300_000))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContainingAll("x.manifest has tables of more than 300000 bytes", "-Xmx");
        try (ManifestReader reader = new ManifestReader(new ByteArrayInputStream(lines), "x.manifest", 2_000_000)) {
            assertThat(reader.chunks()).hasSize(5000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", ".", "/", "/etc/passwd", "a/..", "a/../../b", "../b", "./b", "a/./b", "a//b", "a/", "//"})
    void pathsThatLeaveTheWorkspaceAreRefusedByName(String path) {
        assertUnsafe(new ManifestText().entry("\"path\":\"" + path + "\"" + FILE), "\"" + path + "\"");
    }

    @Test
    void pathsWithNulAreRefused() {
        assertUnsafe(new ManifestText().entry("\"path\":\"a\\u0000b\"" + FILE), "\"a\\x00b\"");
    }

    @Test
    void unsafePathsInBase64AreRefused() {
        String encoded = Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, '/', '.', '.'});
        assertUnsafe(new ManifestText().entry("\"pathBase64\":\"" + encoded + "\"" + FILE), "\"\\xff/..\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {".gpusnapshot-restore", ".gpusnapshot-22222222-1.part"})
    void namesThatRestoresUseAreRefused(String name) {
        assertUnsafe(new ManifestText().entry("\"path\":\"" + name + "\"" + FILE), "\"" + name + "\"");
        assertUnsafe(new ManifestText().entry("\"path\":\"" + name + "\"" + SYMLINK), "\"" + name + "\"");
    }

    @Test
    void theMarkersNameIsAnyNameBelowTheRoot() throws IOException {
        byte[] lines = new ManifestText()
                .entry("\"path\":\"a\"" + DIRECTORY)
                .entry("\"path\":\"a/.gpusnapshot-restore\"" + FILE)
                .toBytes();
        assertThat(ManifestContent.read(lines).entries()).hasSize(3);
    }

    @Test
    void nothingLiesBelowASymlink() {
        assertUnsafe(
                new ManifestText().entry("\"path\":\"link\"" + SYMLINK).entry("\"path\":\"link/passwd\"" + FILE),
                "\"link/passwd\"");
    }

    @Test
    void nothingLiesBelowAFile() {
        assertUnsafe(new ManifestText().file("a").entry("\"path\":\"a/b\"" + FILE), "\"a/b\"");
    }

    @Test
    void nothingLiesBelowADirectoryWithoutEntry() {
        assertUnsafe(new ManifestText().entry("\"path\":\"a/b\"" + FILE), "\"a/b\"");
    }

    @Test
    void aDirectoryIsNotComeBackTo() {
        assertDamaged(
                new ManifestText()
                        .entry("\"path\":\"a\"" + DIRECTORY)
                        .entry("\"path\":\"b\"" + DIRECTORY)
                        .entry("\"path\":\"a/c\"" + FILE),
                "a/c after b");
    }

    @Test
    void pathsDoNotRepeat() {
        assertDamaged(new ManifestText().file("a").file("a"), "a after a");
        assertDamaged(
                new ManifestText().entry("\"path\":\"a\"" + DIRECTORY).entry("\"path\":\"a\"" + SYMLINK), "a after a");
        assertDamaged(new ManifestText().entry("\"path\":\"\"" + DIRECTORY), "not in walk order");
    }

    @Test
    void theRootComesFirstAndIsADirectory() {
        assertDamaged(new ManifestText().root(ManifestText.ROOT.replace("\"path\":\"\"", "\"path\":\"a\"")), "root: a");
        assertDamaged(new ManifestText().root(ManifestText.ROOT.replace("directory\"", "file\",\"size\":0")), "root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0,0,0,101]", // beyond chunk and file
                "[0,0,1,100]", // beyond chunk
                "[1,0,0,100]", // beyond file
                "[0,0,100,1]", // behind chunk
                "[0,0,0,0]", // empty
                "[0,0,0,-1]", // negative
                "[-1,0,0,1]",
                "[0,0,-1,1]",
                "[0,-1,0,1]",
                "[0,1,0,1]", // no such chunk
                "[0,0,0,50],[49,0,0,10]", // overlapping
                "[50,0,0,50],[0,0,0,50]", // descending
                "[9223372036854775807,0,0,1]",
                "[0,0,2147483647,2147483647]",
                "[0,2147483647,0,1]",
            })
    void extentsThatLieAreRefusedByThePathOfTheirFile(String extents) {
        assertDamaged(
                new ManifestText()
                        .entry("\"path\":\"dir-a\",\"type\":\"file\",\"size\":100,\"extents\":[" + extents + "]"),
                "dir-a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\":-1",
                "\"size\":9223372036854775808",
                "\"size\":1e2",
                "\"size\":100.5",
                "\"size\":\"100\"",
                "\"size\":null",
                "\"size\":123456789012345678901234567890123456789",
                "\"size\":0,\"extents\":[[0,0,0,99999999999]]",
                "\"size\":0,\"extents\":[[0,0,0]]",
                "\"size\":0,\"extents\":[[0,0,0,1,1]]",
                "\"size\":0,\"extents\":[7]",
                "\"size\":0,\"extents\":{}",
                "\"size\":0,\"mode\":\"10000\"",
                "\"size\":0,\"mode\":\"-1\"",
                "\"size\":0,\"mode\":\"0o9\"",
                "\"size\":0,\"mode\":420",
                "\"size\":0,\"uid\":-1",
                "\"size\":0,\"uid\":4294967295",
                "\"size\":0,\"gid\":4294967296",
                "\"size\":0,\"mtime\":[0,1000000000]",
                "\"size\":0,\"mtime\":[0,-1]",
                "\"size\":0,\"mtime\":[9223372036854775807,0]",
                "\"size\":0,\"mtime\":[0]",
                "\"size\":0,\"mtime\":[0,0,0]",
                "\"size\":0,\"mtime\":0",
                "\"size\":0,\"link\":\"x\"",
                "\"size\":0,\"changed\":1",
                "\"size\":0,\"target\":\"x\"",
                "\"size\":0,\"xattrs\":[{\"name\":\"user.a\"}]",
                "\"size\":0,\"xattrs\":[{\"name\":\"user.a\",\"valueBase64\":\"*\"}]",
                "\"size\":0,\"xattrs\":[{\"name\":\"user.\",\"valueBase64\":\"\"}]",
                "\"size\":0,\"xattrs\":[{\"name\":\"u\",\"valueBase64\":\"\"}]",
                "\"size\":0,\"xattrs\":[{\"name\":\"security.capability\",\"valueBase64\":\"AA==\"}]",
                "\"size\":0,\"xattrs\":[{\"name\":\"user.a\\u0000b\",\"valueBase64\":\"AA==\"}]",
                "\"size\":0,\"xattrs\":[1]",
                "\"size\":0,\"unknown\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
                "\"size\":0,\"type\":\"socket\"",
                "\"size\":0,\"type\":7",
            })
    void fieldsOutOfRangeAreRefusedByThePathOfTheirEntry(String fields) {
        assertDamaged(
                new ManifestText()
                        .line("{\"kind\":\"entry\",\"path\":\"dir-a\",\"type\":\"file\"" + ManifestText.METADATA + ","
                                + fields + "}"),
                "dir-a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "type", "mode", "uid", "gid", "mtime", "size"})
    void entriesThatLackAFieldAreRefused(String field) {
        String whole = "\"path\":\"dir-a\",\"type\":\"file\",\"size\":0" + ManifestText.METADATA;
        String lacking = whole.replace("\"" + field + "\":", "\"ignored\":");
        assertDamaged(new ManifestText().line("{\"kind\":\"entry\"," + lacking + "}"), "entry");
    }

    @Test
    void symlinksNeedATarget() {
        assertDamaged(new ManifestText().entry("\"path\":\"dir-a\",\"type\":\"symlink\""), "dir-a");
        assertDamaged(new ManifestText().entry("\"path\":\"dir-a\",\"type\":\"symlink\",\"target\":\"\""), "dir-a");
        assertDamaged(
                new ManifestText().entry("\"path\":\"dir-a\",\"type\":\"symlink\",\"target\":\"a\\u0000\""), "dir-a");
    }

    @Test
    void halfASurrogatePairIsNoName() {
        assertDamaged(new ManifestText().entry("\"path\":\"a\\ud800\"" + FILE), "not Unicode");
        assertDamaged(new ManifestText().entry("\"path\":\"\\udc00\\ud800\"" + FILE), "not Unicode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"storedBytes\":101",
                "\"storedBytes\":99",
                "\"storedBytes\":0",
                "\"storedBytes\":-1",
                "\"rawBytes\":16777217",
                "\"rawBytes\":0",
                "\"rawBytes\":4294967296",
                "\"offset\":901",
                "\"offset\":-1",
                "\"offset\":9223372036854775807",
                "\"pack\":1",
                "\"pack\":-1",
                "\"pack\":\"0\"",
                "\"sha256\":\"ab\"",
                "\"sha256\":7",
                "\"crc32c\":\"1\"",
                "\"crc32c\":\"+1234567\"",
                "\"crc32c\":\"123456789\"",
                "\"crc32c\":1",
                "\"codec\":7",
                "\"codec\":null",
            })
    void chunksThatLieAreRefused(String field) {
        String line = ManifestText.CHUNK.replace("}", "," + field + "}");
        assertDamaged(new ManifestText().chunk(line).file("a"), "the.manifest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"key\":\"../000000.pack\"",
                "\"key\":\"packs/../000000.pack\"",
                "\"key\":\"packs/20260102T030405Z-gpu-1-22222222/../000000.pack\"",
                "\"key\":\"packs/20260102T030405Z-gpu-1-22222222/1.pack\"",
                "\"key\":\"repository.json\"",
                "\"key\":\"/packs/20260102T030405Z-gpu-1-22222222/000000.pack\"",
                "\"key\":7",
                "\"storedBytes\":-1",
                "\"version\":7",
            })
    void packsThatAreNoneAreRefused(String field) {
        String line = ManifestText.PACK.replace("}", "," + field + "}");
        assertDamaged(new ManifestText().pack(line).file("a"), "the.manifest");
    }

    /** A second chunk of 100 bytes in the pack, with what is told of its base. */
    private static String difference(String field) {
        return ManifestText.CHUNK
                .replace("ab", "cd")
                .replace("\"storedBytes\":100", "\"storedBytes\":50")
                .replace("none", "lz4")
                .replace("}", field + "}");
    }

    private static ManifestText withChunks(String... lines) {
        return new ManifestText()
                .header(ManifestText.HEADER.replace("\"critical\":[]", "\"critical\":[\"delta\"]"))
                .chunks(lines);
    }

    @Test
    void aChunkMayBeTheDifferenceToOneBeforeIt() throws IOException {
        byte[] lines = withChunks(ManifestText.CHUNK, difference(",\"base\":0"))
                .file("a")
                .toBytes();
        ManifestContent content = ManifestContent.read(lines);
        assertThat(content.chunks().get(1).base())
                .contains(content.chunks().get(0).id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "-1", "2147483647", "4294967296", "\"0\"", "null", "0.5"})
    void aBaseStandsBeforeWhatIsBuiltUponIt(String index) {
        assertDamaged(withChunks(ManifestText.CHUNK, difference(",\"base\":" + index)), "the.manifest");
        assertDamaged(withChunks(difference(",\"base\":" + index)), "the.manifest");
    }

    @Test
    void chunksThatAreEachOthersBaseAreRefused() {
        assertDamaged(withChunks(difference(",\"base\":1"), difference(",\"base\":0")), "does not stand before it");
    }

    @Test
    void aBaseHasNoBase() {
        assertDamaged(
                withChunks(ManifestText.CHUNK, difference(",\"base\":0"), difference(",\"base\":1")),
                "have no base itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "101"})
    void aBaseIsAsLongAsWhatIsBuiltUponIt(String rawBytes) {
        String other = difference(",\"base\":0").replace("\"rawBytes\":100", "\"rawBytes\":" + rawBytes);
        assertDamaged(withChunks(ManifestText.CHUNK, other), "must be as long");
    }

    @Test
    void aBaseStandsInTheTableOnce() {
        assertDamaged(
                withChunks(ManifestText.CHUNK, ManifestText.CHUNK, difference(",\"base\":0"))
                        .file("a"),
                "stands there twice");
    }

    @Test
    void aDifferenceThatIsNotEncodedIsRefused() {
        String plain = ManifestText.CHUNK.replace("}", ",\"base\":0}");
        assertDamaged(withChunks(ManifestText.CHUNK, plain), "stored as is, but with a base");
    }

    @Test
    void aBaseThatTheHeaderDoesNotAnnounceIsRefused() {
        ManifestText text = withChunks(ManifestText.CHUNK, difference(",\"base\":0"));
        assertDamaged(text.header(ManifestText.HEADER), "does not announce");
    }

    @Test
    void unknownFieldsAreIgnoredEverywhere() throws IOException {
        String unknown = "\"future\":{\"a\":[1,2,{\"b\":null}],\"path\":\"..\"}";
        byte[] lines = new ManifestText()
                .header(ManifestText.HEADER.replace("\"labels\"", unknown + ",\"labels\""))
                .pack(ManifestText.PACK.replace("}", "," + unknown + "}"))
                .chunk(ManifestText.CHUNK.replace("}", "," + unknown + "}"))
                .root(ManifestText.ROOT.replace("\"path\"", unknown + ",\"path\""))
                .entry(
                        "\"path\":\"a\",\"type\":\"file\",\"size\":0,\"xattrs\":[{\"name\":\"user.a\",\"valueBase64\":\"\","
                                + unknown + "}]," + unknown)
                .footerField(unknown)
                .toBytes();
        ManifestContent expected = ManifestContent.read(new ManifestText()
                .entry(
                        "\"path\":\"a\",\"type\":\"file\",\"size\":0,\"xattrs\":[{\"name\":\"user.a\",\"valueBase64\":\"\"}]")
                .toBytes());
        assertThat(ManifestContent.read(lines)).isEqualTo(expected);
    }

    @Test
    void unknownCriticalFeaturesAreRefusedByName() {
        String header = ManifestText.HEADER.replace("\"critical\":[]", "\"critical\":[\"holograms\",\"time-travel\"]");
        assertUnsupported(header, "holograms", "time-travel", ManifestContent.SUBJECT);
    }

    @Test
    void newerVersionsAreRefusedByNumber() {
        assertUnsupported(ManifestText.HEADER.replace("\"version\":1", "\"version\":2"), "version 2", "newer version");
    }

    @Test
    void encryptionIsRefusedByName() {
        assertUnsupported(
                ManifestText.HEADER.replace("\"critical\"", "\"encryption\":{\"a\":1},\"critical\""), "[encryption]");
    }

    private static void assertUnsupported(String header, String... parts) {
        byte[] lines = new ManifestText().header(header).toBytes();
        assertThatThrownBy(() -> ManifestContent.read(lines))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> ManifestReader.readHeader(new ByteArrayInputStream(lines), ManifestContent.SUBJECT))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"version\":0",
                "\"version\":-1",
                "\"version\":\"1\"",
                "\"format\":\"tar\"",
                "\"critical\":[7]",
                "\"critical\":{}",
                "\"snapshot\":\"x\"",
                "\"createdAt\":\"yesterday\"",
                "\"parent\":\"x\"",
                "\"labels\":[]",
                "\"labels\":{\"a\":1}",
                "\"chunkBytes\":99999999999",
                "\"chunkBytes\":0",
                "\"chunkBytes\":-65536",
                "\"chunkBytes\":65537",
                "\"chunkBytes\":1",
                "\"chunkBytes\":33554432",
            })
    void headersThatMakeNoSenseAreRefused(String field) {
        String header = ManifestText.HEADER.substring(0, ManifestText.HEADER.length() - 1) + "," + field + "}";
        assertDamaged(new ManifestText().header(header), ManifestContent.SUBJECT);
    }

    @Test
    void linesOutOfOrderAreRefused() {
        assertDamaged(new ManifestText().line(ManifestText.PACK), "\"pack\" stands out of order");
        assertDamaged(new ManifestText().line(ManifestText.CHUNK), "\"chunk\" stands out of order");
        assertDamaged(new ManifestText().chunk(ManifestText.PACK).pack(ManifestText.CHUNK), "");
        assertDamaged(new ManifestText().line(ManifestText.HEADER), "unknown kind of line \"header\"");
        assertDamaged(new ManifestText().header(ManifestText.ROOT), "starts with \"entry\"");
        assertDamaged(new ManifestText().line("{\"kind\":\"hologram\"}"), "unknown kind of line \"hologram\"");
        assertDamaged(new ManifestText().line("{\"path\":\"\",\"kind\":\"entry\"}"), "does not start with its kind");
        assertDamaged(new ManifestText().line("[]"), "expected START_OBJECT");
    }

    @Test
    void longLinesAreReadAndLongerOnesRefused() throws IOException {
        String filler = "\"filler\":\"" + "x".repeat(3 << 20) + "\"";
        ManifestContent content = ManifestContent.read(new ManifestText()
                .entry("\"path\":\"a\"" + DIRECTORY + "," + filler)
                .file("b")
                .toBytes());
        assertThat(content.entries()).hasSize(3);
        String longer = "\"filler\":\"" + "x".repeat(65 << 20) + "\"";
        byte[] lines = new ManifestText()
                .entry("\"path\":\"a\"" + DIRECTORY + "," + longer)
                .toBytes();
        assertThatThrownBy(() -> ManifestContent.read(lines))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("67108864");
    }

    private static void assertUnsafe(ManifestText text, String named) {
        assertThatThrownBy(() -> ManifestContent.read(text.toBytes()))
                .isInstanceOfSatisfying(
                        WorkspaceException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(WorkspaceException.Reason.UNSAFE_PATH))
                .hasMessageContaining(named)
                .hasMessageContaining(ManifestContent.SUBJECT);
    }

    private static void assertDamaged(ManifestText text, String named) {
        assertThatThrownBy(() -> ManifestContent.read(text.toBytes()))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining(named);
    }
}
