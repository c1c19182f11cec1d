/** Tests of names, logins and transfers, and a registry to have them with. */
@NullMarked
package dev.banyan.api.registry;

import org.jspecify.annotations.NullMarked;
