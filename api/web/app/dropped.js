/** Files out of what was dropped or chosen, folders too, each with its path as `hoidap ingest` would know it. */

/**
 * @typedef {object} NamedFile
 * @property {File} file
 * @property {string} name its path within the folder that was dropped, else its name
 */

/**
 * Return the files in a drop, in the order of their names; folders are walked.
 * @param {DataTransfer} transfer
 * @returns {Promise<NamedFile[]>}
 */
export async function filesDropped(transfer) {
  // The list is emptied once the event is over, so everything is taken out of it before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return filesChosen(transfer.files);
  const files = [];
  for (const entry of entries) await walk(entry, '', files);
  return files;
}

/**
 * Return the files that were chosen.
 * @param {FileList} list
 * @returns {NamedFile[]}
 */
export function filesChosen(list) {
  return [...list].map((file) => ({ file, name: withoutFolder(file.webkitRelativePath) || file.name }));
}

async function walk(entry, folder, files, isInside = false) {
  if (entry.isFile) {
    if (isInside && entry.name.startsWith('.')) return; // hidden, such as what macOS leaves in every folder
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, name: folder + entry.name });
  } else if (!entry.name.startsWith('.')) {
    const inside = (await children(entry)).sort((one, other) => (one.name < other.name ? -1 : 1));
    // The folder itself is not part of the path, as with `hoidap ingest folder`; those within it are.
    for (const child of inside) await walk(child, child.isDirectory ? `${folder}${child.name}/` : folder, files, true);
  }
}

async function children(entry) {
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function withoutFolder(path) {
  return path.slice(path.indexOf('/') + 1);
}
