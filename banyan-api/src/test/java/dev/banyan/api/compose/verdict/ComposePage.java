package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.verdict.Verdict.Honoured;
import dev.banyan.api.compose.verdict.Verdict.Metadata;
import dev.banyan.api.compose.verdict.Verdict.Refused;
import java.util.List;
import java.util.function.Predicate;

/** Writes the page {@code docs/compose.md} from the table of verdicts. */
final class ComposePage {
    private static final String INTRODUCTION =
            """
            # What a Compose file may say

            Every key of the Compose Specification has a verdict. What is honoured works across servers. What is not is refused by name, with file, line and column, before anything is changed: nothing is accepted and ignored. `banyan-cli config` says so without a cluster.

            This page is written from the table in `banyan-api`, room `compose.verdict`; a test compares them. `compose-schema.json` beside it is for editors: `# yaml-language-server: $schema=compose-schema.json` as the first line of a file shows verdicts while it is written.

            ## Banyan's own keys

            | key | says |
            |---|---|
            | `x-banyan-ignore` | at the top of a file or in a service: refusals that you accept, a path or a list of paths |
            | `x-banyan-affinity` | in a service: how long a client keeps its replica, such as `3h`. See [network](network.md) |
            | `x-banyan-allow` | in a port: the ranges of addresses that it is open to |
            | `x-banyan-peers` | at the top of a file: other apps that this one's services reach, if they name it too. See [network](network.md) |
            | `x-banyan-policy` | at the top of a file or in a service: who may use which ports of a service. See [network](network.md) |
            | `deploy.placement.node` | on which agents: one or more globs of their names, of which one must match |
            | `deploy.placement.platform` | on agents of which platform, such as `linux/amd64` |

            Other keys that begin with `x-` are yours, and no run depends on them. Keys that begin with `x-banyan-` are Banyan's: one that is not in this table is a mistake.

            ```yaml
            services:
              web:
                image: nginx
                oom_kill_disable: true
                gpus: [{count: 1, options: {a: b}}]
                x-banyan-ignore: [oom_kill_disable, "gpus[0].options"]
            ```

            A path is written as the refusal shows it, in a service without `services.web.`; `*` stands for any one name or item: `services.*.oom_kill_disable` at the top of a file, `gpus.*.options` in a service. A key that is ignored is as if it were not there, and each `up` warns of it. What is listed must be there and be refused, so a list never outlives its reasons. What is wrong cannot be accepted, only what is refused.

            """;

    private ComposePage() {}

    static String text() {
        var page = new StringBuilder(INTRODUCTION);
        section(page, "At the top of a file", path -> path.indexOf('.') < 0);
        section(page, "In a service", path -> path.startsWith("services.*.") && path.indexOf('.', 11) < 0);
        page.append("What is below a key has its verdict, if it is in none of the tables that follow.\n\n");
        section(page, "Below these keys", path -> path.indexOf('.') > 0 && !path.matches("services\\.\\*\\.[^.]*"));
        return page.toString().stripTrailing() + "\n";
    }

    private static void section(StringBuilder page, String title, Predicate<String> which) {
        var paths = Verdicts.ALL.ownPaths().stream().filter(which).toList();
        page.append("## ").append(title).append("\n\n| key | verdict | |\n|---|---|---|\n");
        paths.forEach(path -> page.append(row(path)));
        page.append('\n');
    }

    private static String row(String path) {
        var shown = path.replaceFirst("^services\\.\\*\\.", "");
        return "| "
                + String.join(" | ", List.of("`" + shown + "`", verdict(path), words(Verdicts.ALL.of(path))))
                        .stripTrailing()
                + " |\n";
    }

    private static String verdict(String path) {
        return switch (Verdicts.ALL.of(path)) {
            case Honoured honoured -> "honoured";
            case Metadata metadata -> "metadata";
            case Refused refused -> refused.yet() ? "not yet" : "refused";
        };
    }

    static String words(Verdict verdict) {
        if (!(verdict instanceof Refused refused)) {
            return verdict.words();
        }
        return sentence(refused.words())
                + refused.instead().map(words -> " " + sentence(words)).orElse("")
                + refused.harmless()
                        .map(value -> " `" + value + "` asks for nothing and is taken.")
                        .orElse("");
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }
}
