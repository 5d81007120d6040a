/** A file system of a few megabytes, to be filled. */
import { execFileSync } from 'node:child_process'
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface SmallDisk {
  /** Takes all that is left, or all but so many bytes. */
  fill(leftBytes?: number): void
  /** Gives back what `fill` took. */
  free(): Promise<void>
  /** @param size as `mount` takes it: `2g` */
  grow(size: string): void
  remove(): void
}

/** The disk at `path`, or why none can be made here. */
export async function mountSmallDisk(path: string, megabytes: number): Promise<SmallDisk | string> {
  await mkdir(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return process.getuid?.() === 0 ? 'this root may not mount' : 'mounting a small file system needs root'
  }
  const ballast = join(path, 'ballast')
  return {
    fill(leftBytes = 0) {
      const file = openSync(ballast, 'a')
      const block = Buffer.alloc(4096)
      try {
        for (;;) writeSync(file, block)
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error
      } finally {
        if (leftBytes > 0) ftruncateSync(file, Math.max(0, fstatSync(file).size - leftBytes))
        closeSync(file)
      }
    },
    free: () => rm(ballast),
    grow: (size) => void execFileSync('mount', ['-o', `remount,size=${size}`, path]),
    remove: () => void execFileSync('umount', ['-l', path]),
  }
}
