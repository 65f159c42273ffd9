/** Files that were dropped or chosen, folders too, each with the path that `hoidap ingest` would give it. */

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
  // The browser empties the list after the event, so everything is taken out before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return filesChosen(transfer.files);
  /** @type {NamedFile[]} */
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

/**
 * @param {FileSystemEntry} entry
 * @param {string} folder the path of what holds it, "" or with a slash at its end
 * @param {NamedFile[]} files grows by what is found
 * @param {boolean} isInside whether it was not dropped itself
 */
async function walk(entry, folder, files, isInside = false) {
  if (isFile(entry)) {
    if (isInside && entry.name.startsWith('.')) return; // hidden files, such as those that macOS leaves in every folder
    /** @type {File} */
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, name: folder + entry.name });
  } else if (isFolder(entry) && !entry.name.startsWith('.')) {
    const inside = (await children(entry)).sort((one, other) => (one.name < other.name ? -1 : 1));
    // The folder itself is not part of the path, as in `hoidap ingest folder`; the folders in it are.
    for (const child of inside) await walk(child, child.isDirectory ? `${folder}${child.name}/` : folder, files, true);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemFileEntry}
 */
function isFile(entry) {
  return entry.isFile;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
function isFolder(entry) {
  return entry.isDirectory;
}

/** @param {FileSystemDirectoryEntry} folder */
async function children(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** @param {string} path */
function withoutFolder(path) {
  return path.slice(path.indexOf('/') + 1);
}
