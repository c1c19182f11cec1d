package dev.banyan.api.archive;

/**
 * What a tar stream says of one file.
 *
 * @param name with slashes, without one at its end
 * @param mode the twelve bits of permissions
 * @param size of the content, in bytes; 0 unless it is a file
 * @param modified in seconds since 1970
 * @param link what a link leads to; empty for others
 */
public record TarEntry(Type type, String name, int mode, Owner owner, long size, long modified, String link) {
    /** What an entry is. */
    public enum Type {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        /** One more name of an entry that came before. */
        HARD_LINK,
        /** A device, a pipe, or what is not known here. */
        OTHER
    }

    /** To whom it belongs, by numbers. */
    public record Owner(long uid, long gid) {
        /** The one whose numbers are 0. */
        public static final Owner ROOT = new Owner(0, 0);
    }

    /** The same entry under another name. */
    public TarEntry named(String other) {
        return new TarEntry(type, other, mode, owner, size, modified, link);
    }
}
