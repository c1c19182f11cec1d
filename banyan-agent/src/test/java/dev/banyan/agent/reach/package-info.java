/** Ways into real containers, and what of them needs none. */
@NullMarked
package dev.banyan.agent.reach;

import org.jspecify.annotations.NullMarked;
