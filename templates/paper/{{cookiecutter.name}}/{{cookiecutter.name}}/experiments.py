{% include ("numpy" if cookiecutter.framework == "numpy" else "tensorflow") ~ "/experiments.py" -%}
