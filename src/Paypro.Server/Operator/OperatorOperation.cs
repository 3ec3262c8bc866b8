namespace Paypro.Server.Operator;

/// <summary>One call of the operator API: its route, its reference and what it does.</summary>
/// <param name="Method">HTTP.</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Permission">What the token must have.</param>
/// <param name="Id">Names it in programs that are made from the document: <c>stopMerchant</c>.</param>
/// <param name="Summary">What it does, in one sentence.</param>
/// <param name="Answer">Does it.</param>
internal sealed record OperatorOperation(string Method, string Path, string Permission, string Id, string Summary, Func<IServiceProvider, OperatorCall, Task<IResult>> Answer)
{
    /// <summary>A body that is taken as it is, on an installation that has what it names; null for none.</summary>
    public object? Example { get; init; }

    /// <summary>What the body of the answer is; null for a file.</summary>
    public Type? Answers { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Whether <c>If-Match</c> must name what was read.</summary>
    public bool NeedsTag { get; init; }

    /// <summary>Parameters of the query beside <c>after</c>, with what they mean.</summary>
    public IReadOnlyList<(string Name, string Means)> Query { get; init; } = [];

    public bool IsList { get; init; }

    /// <summary>As in a document: without the kinds of parameters.</summary>
    public string Address => Path.Replace(":long", "", StringComparison.Ordinal);
}
