namespace Oddswire.Core.Domain;

/// <summary>Finds the name that was probably meant by one that is not known.</summary>
public static class NearestName
{
    /// <summary>The known name within two changes (insert, remove, change, swap neighbours: Damerau 1964) of a word; null when none is so near.</summary>
    public static string? Of(string word, IEnumerable<string> known) => known
        .Select(name => (name, distance: Distance(word, name)))
        .Where(pair => pair.distance <= 2)
        .OrderBy(pair => pair.distance)
        .ThenBy(pair => pair.name, StringComparer.Ordinal)
        .Select(pair => pair.name)
        .FirstOrDefault();

    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var change = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }
}
