package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How objects are listed. */
abstract class StorageListingContract extends StorageObjectContract {
    @Test
    void listsInByteOrderOfTheWholeKey() throws IOException {
        List<String> keys = List.of(
                "B",
                "a-/x",
                "a-b",
                "a-b.c/d",
                "a.b",
                "a/b",
                "a/b-/c",
                "a0",
                "a0-x/y/z",
                "aB",
                "a_/b",
                "aa",
                "b/a/c",
                "b/b");
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, new Random(3));
        for (String key : shuffled) {
            put(key, text(key));
        }
        assertThat(keys(ListOptions.ofPrefix(""))).isEqualTo(keys);
        for (String prefix : List.of("a", "a-", "a/", "a/b", "a0", "b/", "b/a/c", "b/a/c/", "c", "../", "/", "a//b")) {
            List<String> below =
                    keys.stream().filter(key -> key.startsWith(prefix)).toList();
            assertThat(keys(ListOptions.ofPrefix(prefix)))
                    .as("prefix %s", prefix)
                    .isEqualTo(below);
            assertThat(keys(new ListOptions(prefix, Optional.empty(), 1))).isEqualTo(below);
        }
    }

    @Test
    void listsAfterAnyKeyWhetherItExistsOrNot() throws IOException {
        TreeSet<String> keys = new TreeSet<>(List.of("a-b", "a/b", "a/c/d", "a/c/e", "a0", "b"));
        for (String key : keys) {
            put(key, text(key));
        }
        for (String after :
                List.of("A", "a", "a-b", "a-c", "a/", "a/b", "a/c", "a/c/d", "a/c/z", "a/z", "a0", "b", "c")) {
            ListOptions options = ListOptions.ofPrefix("").withStartAfter(after);
            assertThat(keys(options)).as("after %s", after).containsExactlyElementsOf(keys.tailSet(after, false));
            assertThat(keys(new ListOptions("a/", Optional.of(after), 2)))
                    .as("below a/ after %s", after)
                    .isEqualTo(keys.tailSet(after, false).stream()
                            .filter(key -> key.startsWith("a/"))
                            .toList());
        }
    }

    @Test
    void pagesHoldAtMostTheLimitAndEveryKeyOnce() throws IOException {
        List<String> keys = IntStream.range(0, 25)
                .mapToObj(i -> "k/%02d/%d".formatted(i / 4, i))
                .sorted()
                .toList();
        for (String key : keys) {
            put(key, text(key));
        }
        for (int limit : List.of(1, 4, 5, 24, 25, 26, ListOptions.MAX_LIMIT)) {
            assertThat(keys(new ListOptions("k/", Optional.empty(), limit))).isEqualTo(keys);
        }
        List<String> all = new ArrayList<>();
        StorageProviders.listAll(provider(), "k/", object -> all.add(object.key()));
        assertThat(all).isEqualTo(keys);
    }

    @Test
    void anEmptyStoreHasOneEmptyPage() throws IOException {
        assertThat(provider().list(ListOptions.ofPrefix(""))).isEqualTo(new StoragePage(List.of(), Optional.empty()));
        assertThat(provider().list(ListOptions.ofPrefix("a/b")))
                .isEqualTo(new StoragePage(List.of(), Optional.empty()));
    }
}
