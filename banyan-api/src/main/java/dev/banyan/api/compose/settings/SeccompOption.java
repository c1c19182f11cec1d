package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.NodeReader;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.SeccompText;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.v1.SeccompProfile;
import java.util.Optional;
import java.util.regex.Pattern;

/** The item of {@code security_opt} that brings a filter of system calls: by the path of its file, or whole, in JSON. */
public final class SeccompOption {
    private static final Pattern FORM = Pattern.compile("(?s)seccomp[:=](?!unconfined$)(.+)");

    private SeccompOption() {}

    /** Whether it is such an item. */
    public static boolean brings(String option) {
        return FORM.matcher(option).matches();
    }

    /** The path of its file; empty for an item that holds its filter, or brings none. */
    public static Optional<String> file(String option) {
        var form = FORM.matcher(option);
        return form.matches() && !form.group(1).stripLeading().startsWith("{")
                ? Optional.of(form.group(1))
                : Optional.empty();
    }

    /** The item that holds a filter. */
    public static String whole(SeccompProfile profile) {
        return "seccomp=" + SeccompText.of(profile);
    }

    /** The filter that an item holds; empty when it was refused. */
    static Optional<SeccompProfile> decode(String option, Spot at) {
        if (file(option).isPresent()) {
            return Optional.empty(); // Nobody could read it, and said so.
        }
        var text = option.substring("seccomp=".length());
        var origin = new Origin(at.place().origin().order(), new SourceText("security_opt", text), false);
        return NodeReader.read(origin, at.complaints()).flatMap(profile -> SeccompDecoder.decode(profile, at));
    }
}
