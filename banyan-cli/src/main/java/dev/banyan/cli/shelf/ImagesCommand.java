package dev.banyan.cli.shelf;

import dev.banyan.api.v1.KeptImage;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the images of the cluster's registry, and removes those that nothing names. */
@Command(
        name = "images",
        description = {
            "Lists the images of the cluster's registry, and removes those that nothing names.",
            "What was pushed by hand is never removed."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli images ls",
            "  banyan-cli images prune --dry-run",
            "  banyan-cli images prune"
        })
final class ImagesCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1_000_000.0;
    private static final int DIGITS = 12;
    private static final String SCHEMA = "banyan.images/1";

    private final Program program;

    ImagesCommand(Program program) {
        this.program = program;
    }

    /** Without a sub-verb it lists. */
    @Override
    public Integer call() {
        return list(new FormatOption());
    }

    @Command(name = "ls", description = "Lists images: sizes, who names them, and when those go that nothing names.")
    int list(@Mixin FormatOption format) {
        try (var cluster = program.access().open()) {
            var answer = cluster.listImages();
            print(answer.getImagesList(), format);
            program.console()
                    .say(answer.getImagesCount() + " images, " + megabytes(answer.getBytes()) + " MB"
                            + (answer.getUnusedBytes() == 0
                                    ? ""
                                    : "; " + megabytes(answer.getUnusedBytes())
                                            + " MB of removed ones are still on the disk")
                            + "\n");
            return ExitCode.OK.number();
        }
    }

    @Command(name = "prune", description = "Removes, without waiting, what was fetched or built and nothing names.")
    int prune(
            @Option(names = "--dry-run", description = "Only says what would be removed.") boolean dry,
            @Mixin FormatOption format) {
        try (var cluster = program.access().open()) {
            var answer = cluster.pruneImages(
                    PruneImagesRequest.newBuilder().setTrial(dry).build());
            print(answer.getRemovedList(), format);
            var count = answer.getRemovedCount() + (answer.getRemovedCount() == 1 ? " image" : " images");
            program.console()
                    .say(
                            dry
                                    ? count + " would be removed\n"
                                    : count + " removed; the disk's room comes once nothing is being pushed\n");
            return ExitCode.OK.number();
        }
    }

    private void print(List<KeptImage> images, FormatOption format) {
        var now = program.env().time().now();
        var table = new Table(
                List.of("IMAGE", "TAGS", "DIGEST", "MB", "PUSHED", "USED BY", "NOTE"),
                images.stream()
                        .map(image -> List.of(
                                image.getRepository(),
                                String.join(",", image.getTagsList()),
                                digest(image),
                                megabytes(image.getBytes()),
                                Ages.since(image.getPushedMs(), now),
                                String.join(",", image.getAppsList()),
                                note(image, now)))
                        .toList());
        format.print(
                program.console(),
                table,
                SCHEMA,
                images.stream().map(ImagesCommand::item).toList());
    }

    private static String digest(KeptImage image) {
        var hex = image.getDigest().replaceFirst("^sha256:", "");
        return hex.length() > DIGITS ? hex.substring(0, DIGITS) : hex;
    }

    private static String note(KeptImage image, Instant now) {
        if (!image.getOwn()) {
            return "pushed by hand, stays";
        }
        if (image.getGoesMs() == 0) {
            return "";
        }
        var left = Duration.between(now, Instant.ofEpochMilli(image.getGoesMs()));
        return left.isPositive() ? "goes in " + Ages.of(left) : "goes";
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE);
    }

    private static Map<String, Object> item(KeptImage image) {
        var item = new LinkedHashMap<String, Object>();
        item.put("repository", image.getRepository());
        item.put("digest", image.getDigest());
        item.put("tags", image.getTagsList());
        item.put("bytes", image.getBytes());
        item.put("pushed_ms", image.getPushedMs());
        item.put("used_by", image.getAppsList());
        item.put("own", image.getOwn());
        item.put("goes_ms", image.getGoesMs());
        return item;
    }
}
