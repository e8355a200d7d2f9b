/** Spreadsheets take a file that begins so for UTF-8; without it they guess, and names in other scripts suffer. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Gives the text to the browser as a file of CSV to keep. */
export function downloadCsv(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([BYTE_ORDER_MARK, text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
