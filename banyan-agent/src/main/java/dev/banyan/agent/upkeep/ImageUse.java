package dev.banyan.agent.upkeep;

import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.host.CheckedFile;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Since when each image has not been used, by id; images in use have no entry. On disk, since a restart is no use. For one caller. */
final class ImageUse {
    private final CheckedFile file;
    private Map<String, Instant> unusedSince;

    ImageUse(CheckedFile file) {
        this.file = file;
        this.unusedSince = read(file.read());
    }

    /** Takes note of what is there and used now; on disk only when that changed something. */
    void note(List<ObservedImage> present, Set<String> used, Instant now) {
        var next = new TreeMap<String, Instant>();
        for (var image : present) {
            if (image.references().stream().noneMatch(used::contains)) {
                next.put(image.id(), unusedSince.getOrDefault(image.id(), now));
            }
        }
        if (!next.equals(unusedSince)) {
            unusedSince = next;
            file.write(text(next));
        }
    }

    /** The unused of these, the longest unused first. */
    List<ObservedImage> oldestUnused(List<ObservedImage> present) {
        return present.stream()
                .filter(image -> unusedSince.containsKey(image.id()))
                .sorted(Comparator.comparing((ObservedImage image) -> unusedSince.getOrDefault(image.id(), Instant.MAX))
                        .thenComparing(ObservedImage::id))
                .toList();
    }

    private static String text(Map<String, Instant> times) {
        var text = new StringBuilder();
        times.forEach((id, since) -> text.append(since).append(' ').append(id).append('\n'));
        return text.toString();
    }

    /** Without the file all unused images count as unused since now: the order is lost, and nothing else. */
    private static Map<String, Instant> read(CheckedFile.Contents contents) {
        var times = new TreeMap<String, Instant>();
        if (contents instanceof CheckedFile.Contents.Intact intact) {
            intact.text().lines().forEach(line -> {
                int space = line.indexOf(' ');
                times.put(line.substring(space + 1), Instant.parse(line.substring(0, space)));
            });
        }
        return times;
    }
}
