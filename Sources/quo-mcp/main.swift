print("quo-mcp")
