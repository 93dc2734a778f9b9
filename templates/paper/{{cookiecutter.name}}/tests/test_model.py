{% include ("numpy" if cookiecutter.framework == "numpy" else "tensorflow") ~ "/test_model.py.jinja" -%}
