package io.gpusnapshot.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Text in aligned columns. */
final class TextTable {
    private final boolean[] isNumber;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param heads names of the columns; one that starts with {@code <} holds numbers and is aligned to the right
     */
    TextTable(String... heads) {
        isNumber = new boolean[heads.length];
        widths = new int[heads.length];
        String[] names = new String[heads.length];
        for (int i = 0; i < heads.length; i++) {
            isNumber[i] = heads[i].startsWith("<");
            names[i] = isNumber[i] ? heads[i].substring(1) : heads[i];
        }
        add(names);
    }

    void add(String... cells) {
        rows.add(cells);
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], cells[i].length());
        }
    }

    void print(PrintStream out) {
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                line.append(isNumber[i] ? space + row[i] : row[i] + space).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
