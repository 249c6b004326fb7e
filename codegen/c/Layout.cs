// How emitted text is set: lines filled to a width, comments that cannot end early, and the licence line of every file.

using System.Text;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Typesetting of C.</summary>
internal static class Layout
{
    /// <summary>The licence, first of every emitted C file.</summary>
    public const string Licence = "/* SPDX-License-Identifier: MIT\n * Copyright (c) 2026 The TinyEngine Authors */\n";

    /// <summary>The longest line.</summary>
    public const int Width = 110;

    /// <summary>
    /// <paramref name="first"/>, then the items separated by commas, then <paramref name="last"/>; lines that would pass
    /// the width are broken between items and continue at column <paramref name="indent"/>.
    /// </summary>
    public static string Fill(string first, IReadOnlyList<string> items, string last, int indent)
    {
        var text = new StringBuilder(first);
        int column = first.Length - (first.LastIndexOf('\n') + 1);
        for (int i = 0; i < items.Count; i++)
        {
            string item = items[i] + (i == items.Count - 1 ? last : ",");
            if (column + 1 + item.Length > Width && column > indent)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (i > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(item);
            column += item.Length;
        }

        return text.ToString();
    }

    /// <summary>Text of the model's file as it may stand inside a comment: printable ASCII that neither opens nor closes one.</summary>
    public static string InComment(string text) =>
        new string([.. text.Select(c => c is >= ' ' and <= '~' and not '\\' ? c : '?')]).Replace("*/", "* /").Replace("/*", "/ *");

    /// <summary>An element type and shape, such as <c>i8 [1,8,8,16]</c>, and the elements that share an exponent.</summary>
    public static string Describe(TensorType type) =>
        $"{type.DType.Name()} {type.Shape}{(type.Block is { } block ? $" in blocks of {block}" : "")}";
}
