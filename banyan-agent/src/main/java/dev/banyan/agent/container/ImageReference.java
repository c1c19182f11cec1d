package dev.banyan.agent.container;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An image by its digest, such as {@code registry.banyan/app/web@sha256:9f86...}: it names one content for ever.
 *
 * @param repository registry and path, without tag
 * @param digest {@code sha256:} and 64 hexadecimal digits
 */
public record ImageReference(String repository, String digest) {
    /** A registry (with optional port) and at least one path component; 255 is the limit of the distribution protocol. */
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+");

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int LONGEST_REPOSITORY = 255;

    public ImageReference {
        Objects.requireNonNull(repository, "repository");
        Objects.requireNonNull(digest, "digest");
        if (repository.length() > LONGEST_REPOSITORY
                || !REPOSITORY.matcher(repository).matches()) {
            throw new IllegalArgumentException("not an image repository: " + repository);
        }
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("not a sha256 digest: " + digest);
        }
    }

    /** @throws IllegalArgumentException unless {@code text} is a repository, {@code @} and a digest */
    public static ImageReference parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("image without digest: " + text);
        }
        return new ImageReference(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public String toString() {
        return repository + "@" + digest;
    }
}
