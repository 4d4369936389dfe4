print("tool-generator")
