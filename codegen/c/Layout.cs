// The layout of emitted text: lines filled to a width, comments that cannot end early, the head of a model's files, and the licence of
// the runtime's files.

using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Typesetting of C.</summary>
internal static class Layout
{
    /// <summary>The licence of the runtime, first in emitted files that belong to it. The model's own files carry none.</summary>
    public const string Licence = "/* SPDX-License-Identifier: MIT\n * Copyright (c) 2026 The TinyEngine Authors */\n";

    /// <summary>The longest line.</summary>
    public const int Width = 110;

    /// <summary>The first comment of a model's file: its title, then its origin, then notes.</summary>
    public static string Head(Origin origin, string title, params IEnumerable<string> notes)
    {
        string made = origin.Version.Length > 0 ? $"Emitted by TinyEngine {origin.Version}" : "Emitted by TinyEngine";
        List<string> lines = [title, ""];
        if (origin.ModelSha256.Length > 0)
        {
            lines.AddRange([made + " from the model with the SHA-256", "  " + origin.ModelSha256]);
        }
        else
        {
            lines.Add(made + ".");
        }

        if (origin.Command.Length > 0)
        {
            lines.Add("by the command");
            lines.AddRange(Wrapped(InComment(origin.Command), "  "));
        }

        lines.AddRange(notes.SelectMany(note => Wrapped(note, "").Prepend("")));
        return "/* " + string.Join("\n", lines.Select((line, i) => i == 0 ? line : (" * " + line).TrimEnd())) + " */\n";
    }

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

    /// <summary>Words in lines that fit into a comment.</summary>
    /// <summary>A text in lines, each behind an indent, for a comment.</summary>
    public static IEnumerable<string> Wrapped(string text, string indent)
    {
        string line = indent;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > indent.Length && line.Length + word.Length > Width - 4)
            {
                yield return line.TrimEnd();
                line = indent;
            }

            line += word + " ";
        }

        yield return line.TrimEnd();
    }

    /// <summary>Text of the model's file as it may stand inside a comment: printable ASCII that neither opens nor closes one.</summary>
    public static string InComment(string text) =>
        new string([.. text.Select(c => c is >= ' ' and <= '~' and not '\\' ? c : '?')]).Replace("*/", "* /").Replace("/*", "/ *");

    /// <summary>An element type and shape, such as <c>i8 [1,8,8,16]</c>, and the elements that share an exponent.</summary>
    public static string Describe(TensorType type) =>
        $"{type.DType.Name()} {type.Shape}{(type.Block is { } block ? $" in blocks of {block}" : "")}";
}
